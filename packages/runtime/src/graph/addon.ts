import { reason, setupCommand } from '../platform.ts';
import { bindingOf } from '../tfjs-node-folder.ts';
import type { Values } from './native-backend.ts';

declare const brand: unique symbol;

/** A graph of the addon. */
export interface AddonGraph {
  readonly [brand]: 'graph';
}

/** A tensor that the addon keeps in TensorFlow. */
export interface AddonTensor {
  readonly [brand]: 'tensor';
  readonly dtype: number;
  readonly shape: number[];
}

/** Functions of the compiled graph addon; see native/graph-addon.cc. */
export interface Addon {
  readonly apiVersion: number;
  /** Version of the TensorFlow that it runs on. */
  readonly tensorflow: string;
  /** How fast the processor multiplies in bfloat16, beside float32. */
  readonly bfloat16: 'fast' | 'slow' | 'none';
  createGraph(): AddonGraph;
  freeGraph(graph: AddonGraph): void;
  addNode(
    graph: AddonGraph,
    op: string,
    name: string,
    inputs: readonly (string | readonly string[])[],
    attributes: Readonly<Record<string, Uint8Array>>,
  ): [dtype: number, shape: number[] | null][];
  createTensor(dtype: number, shape: readonly number[], data: Values): AddonTensor;
  readTensor(tensor: AddonTensor): Values;
  freeTensor(tensor: AddonTensor): void;
  run(
    graph: AddonGraph,
    names: readonly string[],
    feeds: readonly AddonTensor[],
    fetches: readonly string[],
  ): AddonTensor[];
  runAsync(
    graph: AddonGraph,
    names: readonly string[],
    feeds: readonly AddonTensor[],
    fetches: readonly string[],
  ): Promise<AddonTensor[]>;
  loadLibrary(path: string): void;
}

const apiVersion = 3;
let loaded: Addon | undefined;

/** The addon, once `loadAddon` has found it. */
export const currentAddon = (): Addon | undefined => loaded;

/** Loads the addon and the op library that lie beside the binding of the tfjs-node in `folder`; returns why not, or undefined when they work. */
export function loadAddon(folder: string, tensorflow: string): string | undefined {
  if (loaded) return undefined;
  if (process.env.DIFFGAN_NATIVE === '0') return 'DIFFGAN_NATIVE is 0';
  const { createRequire } = process.getBuiltinModule('node:module');
  const { existsSync } = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const require = createRequire(import.meta.url);
  const dir = path.dirname(bindingOf(folder));
  const files = ['diffgan_graph.node', 'diffgan_ops.so', 'diffgan_native.json'].map((name) => path.join(dir, name));
  if (!files.every((file) => existsSync(file))) return `not compiled, run \`${setupCommand}\``;
  try {
    const addon = require(files[0]) as Addon;
    if (addon.apiVersion !== apiVersion || addon.tensorflow !== tensorflow)
      return `compiled for another version, run \`${setupCommand}\``;
    addon.loadLibrary(files[1]);
    loaded = addon;
    return undefined;
  } catch (error) {
    return `does not load (${reason(error)})`;
  }
}
