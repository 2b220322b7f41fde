import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(createRequire(import.meta.url).resolve('diffgan/package.json'));

/** Folder of the weights the package ships: `generator/`, `critic/`, and how they were made. */
export const shippedModel = join(root, 'weights/fashion-mnist-ddgan');

/** Steps of the `vp` schedule that they were trained with. */
export const shippedSteps = 4;
