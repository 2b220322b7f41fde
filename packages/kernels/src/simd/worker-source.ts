import type { KernelExport } from './kernel-export.ts';

/** Words of the shared state. `work` holds a generation and, in its low bits, the number of parts not yet drawn. */
export const control = { work: 0, done: 1, failed: 2, stop: 3, length: 4 } as const;

/** Bits of `work` that count parts. */
export const partBits = 12;
/** Mask of those bits. */
export const partMask = (1 << partBits) - 1;
/** Slots of the job before the arguments: function, units, parts, number of arguments. */
export const headerSlots = 4;
/** Most arguments of a kernel. */
export const argumentSlots = 32;

/** Runs one part of the job; workers have the same function in their source. */
export function callPart(functions: readonly KernelExport[], job: Float64Array, part: number): void {
  const [index, units, parts, count] = job;
  const from = Math.round((units * part) / parts);
  const to = Math.round((units * (part + 1)) / parts);
  functions[index](...job.subarray(headerSlots, headerSlots + count), from, to);
}

/**
 * What a worker runs, in Node and in browsers: it draws parts until it is told to stop. For about a tenth of a millisecond
 * it looks for work without sleeping, because one kernel follows the other and waking takes longer.
 */
export const workerSource = /* @__PURE__ */ (() => `'use strict';
const callPart = (functions, job, part) => {
  const [index, units, parts, count] = job;
  const from = Math.round((units * part) / parts);
  const to = Math.round((units * (part + 1)) / parts);
  functions[index](...job.subarray(${headerSlots}, ${headerSlots} + count), from, to);
};
const work = (data, post) => {
  const { exports } = new WebAssembly.Instance(data.module, { env: { memory: data.memory } });
  const functions = Object.keys(exports).sort().map((name) => exports[name]);
  const state = new Int32Array(data.state);
  const job = new Float64Array(data.job);
  post('ready');
  for (let idle = 0; Atomics.load(state, ${control.stop}) === 0; ) {
    const seen = Atomics.load(state, ${control.work});
    const left = seen & ${partMask};
    if (left === 0) {
      if (++idle > 20000) {
        Atomics.wait(state, ${control.work}, seen);
        idle = 0;
      }
      continue;
    }
    idle = 0;
    if (Atomics.compareExchange(state, ${control.work}, seen, seen - 1) !== seen) continue;
    try {
      callPart(functions, job, left - 1);
      Atomics.add(state, ${control.done}, 1);
    } catch (error) {
      Atomics.add(state, ${control.failed}, 1);
      throw error;
    }
  }
};
if (typeof require === 'function') {
  const { parentPort } = require('node:worker_threads');
  parentPort.once('message', (data) => work(data, (message) => parentPort.postMessage(message)));
} else onmessage = ({ data }) => work(data, (message) => postMessage(message));
`)();
