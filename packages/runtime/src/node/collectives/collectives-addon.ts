import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDir } from '@diffgan/files';
import { reason, setupCommand } from '../../platform.ts';
import { bindingOf, COLLECTIVES, tfjsNodeFolder } from '../../tfjs-node-folder.ts';
import { CollectivesError } from './collectives-error.ts';

/** Functions of the compiled addon; see native/collectives-addon.cc. */
export interface CollectivesAddon {
  readonly apiVersion: number;
  /** Version of the TensorFlow that it runs on. */
  readonly tensorflow: string;
  join(serverDef: Uint8Array, config: Uint8Array, size: number, seconds: number): void;
  leave(): void;
  watch(tasks: readonly string[]): void;
  allReduce<Values extends Float32Array | Int32Array>(values: Values): Promise<Values>;
  checkPeer(task: string, milliseconds: number): Promise<void>;
  spent(): number;
}

const apiVersion = 2;
let loaded: CollectivesAddon | undefined;

/** The addon; throws where it was not compiled, or for another version. */
export function collectivesAddon(): CollectivesAddon {
  if (loaded) return loaded;
  const file = join(dirname(bindingOf(tfjsNodeFolder(cacheDir()))), COLLECTIVES);
  const cannot = (why: string, cause?: unknown) =>
    new CollectivesError(
      'unavailable',
      `collectives need the addon of the set-up: ${why}. Run \`${setupCommand}\``,
      [],
      {
        cause,
      },
    );
  if (!existsSync(file)) throw cannot('it is not compiled');
  let addon: CollectivesAddon;
  try {
    addon = createRequire(import.meta.url)(file) as CollectivesAddon;
  } catch (error) {
    throw cannot(`it does not load (${reason(error)})`, error);
  }
  if (addon.apiVersion !== apiVersion) throw cannot('it was compiled for another version');
  return (loaded = addon);
}
