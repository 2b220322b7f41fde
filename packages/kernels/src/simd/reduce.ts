import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelOverride } from '../kernel-override.ts';
import { sizeOf } from '../size-of.ts';
import type { KernelModule } from './kernel-module.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

interface ReduceAttributes {
  axis: number | number[] | undefined;
  keepDims: boolean;
}

/** A run of neighbouring axes that are summed together. */
interface Run {
  start: number;
  end: number;
}

function runsOf(axes: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const axis of axes) {
    const before = runs.at(-1);
    if (before?.end === axis) before.end++;
    else runs.push({ start: axis, end: axis + 1 });
  }
  return runs;
}

/** Sums one run of axes of the numbers at `source` into `target`; returns nothing, the shape is the caller's. */
function sumRun(
  module: KernelModule,
  shape: number[],
  { start, end }: Run,
  [source, target]: number[],
  factor: number,
) {
  const outer = sizeOf(shape.slice(0, start));
  const rows = sizeOf(shape.slice(start, end));
  const inner = sizeOf(shape.slice(end));
  const cost = outer * rows * inner;
  if (inner === 1) module.run('sum_trailing', [source, target, rows, factor], { units: outer, cost });
  else module.run('sum_middle', [source, target, rows, inner, factor], { units: outer * Math.ceil(inner / 16), cost });
}

/** Sums the runs one after the other, last first, through scratch space; no axis needs to be moved for it. */
function sumRuns(module: KernelModule, x: TensorInfo, runs: Run[], output: TensorInfo, factor: number): void {
  const [run, ...rest] = runs.toReversed();
  const next = (shape: number[], { start, end }: Run) => shape.map((n, axis) => (axis >= start && axis < end ? 1 : n));
  const step = (shape: number[], source: number, run: Run, rest: Run[]): void => {
    if (rest.length === 0) return sumRun(module, shape, run, [source, module.address(output)], factor);
    const reduced = next(shape, run);
    module.withScratch(sizeOf(reduced), (scratch) => {
      sumRun(module, shape, run, [source, scratch], 1);
      step(reduced, scratch, rest[0], rest.slice(1));
    });
  };
  step(x.shape, module.address(x), run, rest);
}

const reduce = (name: 'Sum' | 'Mean'): KernelOverride =>
  simdKernel(name, ({ inputs: { x }, attrs, module }: SimdCall<'x', ReduceAttributes>) => {
    const axes = [...util.parseAxisParam(attrs.axis as number[], x.shape)].sort((a, b) => a - b);
    if (axes.length === 0) return undefined;
    const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const output = module.output(attrs.keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)));
    const factor = name === 'Mean' ? sizeOf(kept) / sizeOf(x.shape) : 1;
    sumRuns(module, x, runsOf(axes), output, factor);
    return output;
  });

/** Sums over any axes. */
export const sum = /* @__PURE__ */ reduce('Sum');

/** Means over any axes. */
export const mean = /* @__PURE__ */ reduce('Mean');
