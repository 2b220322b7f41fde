import { cpus, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';
import { version } from './version.ts';

/**
 * What a run ran with, for its report.
 *
 * @param backend its description.
 * @example
 * ```ts
 * const { diffgan, Node } = runVersions('wasm');
 * ```
 */
export function runVersions(backend: string): Record<string, string> {
  const cores = cpus();
  return {
    diffgan: version,
    'TensorFlow.js': version_core,
    backend,
    Node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    processor: cores.length === 0 ? 'unknown' : `${cores.length} × ${cores[0].model.trim()}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
  };
}
