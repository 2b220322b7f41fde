import { fileURLToPath } from 'node:url';
import { type ImageModelName, modelFolder, type ModelName, modelNames } from '@diffgan/hub';

/** Name of the model that `shipped` stands for on the command line. */
const shippedModel = 'fashion-mnist-distil' satisfies ImageModelName;

/** The shipped model that the command line names; undefined of a path. `./` before it makes a folder of the same name one. */
export const shippedName = (path: string): ModelName | undefined =>
  path === 'shipped' ? shippedModel : modelNames.find((name) => name === path);

/** The folder of a model: of one by name where that lies, of others the path itself. */
export function modelHome(path: string): string {
  const name = shippedName(path);
  return name === undefined ? path : fileURLToPath(modelFolder(name));
}
