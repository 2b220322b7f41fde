import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InstallError } from './install-error.ts';

/** The tfjs-node whose binding is set up. */
export interface TfjsNodePackage {
  /** Folder of the package. */
  dir: string;
  version: string;
  /** Where its JavaScript looks for the binding. */
  binding: string;
}

/** Finds the tfjs-node that `selectBackend` imports, or reads the one in `dir`. */
export function findTfjsNode(dir?: string): TfjsNodePackage {
  const require = createRequire(import.meta.url);
  const manifest = dir === undefined ? resolveManifest(require) : join(dir, 'package.json');
  const home = dirname(manifest);
  if (dir === undefined) checkSharedCore(require, createRequire(manifest));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { dir: home, version, binding: join(home, 'lib', 'napi-v8', 'tfjs_binding.node') };
}

function resolveManifest(require: NodeJS.Require): string {
  try {
    return require.resolve('@tensorflow/tfjs-node/package.json');
  } catch (cause) {
    throw new InstallError(
      'find tfjs-node',
      'the package @tensorflow/tfjs-node is not installed',
      'Run `npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0` and repeat.',
      { cause },
    );
  }
}

/** Two copies of the core are two engines: tensors of one are unknown to the other. */
function checkSharedCore(ours: NodeJS.Require, theirs: NodeJS.Require): void {
  const core = '@tensorflow/tfjs-core';
  if (ours.resolve(core) === theirs.resolve(core)) return;
  throw new InstallError(
    'find tfjs-node',
    `@tensorflow/tfjs-node uses its own copy of ${core} (${theirs.resolve(core)})`,
    `Install the same version of both; \`npm ls ${core}\` shows them.`,
  );
}
