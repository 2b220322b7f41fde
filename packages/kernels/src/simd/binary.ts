import { broadcast_util } from '@tensorflow/tfjs-core';
import type { KernelOverride } from '../kernel-override.ts';
import { sizeOf } from '../size-of.ts';
import { broadcastPlan } from './broadcast-plan.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

/** Functions of two tensors, by the names of the tfjs kernel and of the C functions. */
const functions = {
  Add: 'add',
  Sub: 'subtract',
  Multiply: 'multiply',
  RealDiv: 'divide',
  SquaredDifference: 'squared_difference',
};

const binary = (kernel: string, name: string): KernelOverride =>
  simdKernel(kernel, ({ inputs: { a, b }, module }: SimdCall<'a' | 'b'>) => {
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const plan = broadcastPlan(a.shape, b.shape, shape);
    if (!plan) return undefined;
    const output = module.output(shape);
    const addresses = [a, b, output].map((tensor) => module.address(tensor));
    const cost = sizeOf(shape);
    const [, n1, n2, n3] = plan.sizes;
    if (cost === n3) {
      module.run(`${name}_flat`, [...addresses, plan.stepsA[3], plan.stepsB[3]], { units: cost, cost });
    } else {
      const rows = { units: cost / n3, cost };
      module.run(`${name}_rows`, [...addresses, n1, n2, n3, ...plan.stepsA, ...plan.stepsB], rows);
    }
    return output;
  });

/** Arithmetic with broadcasting; left to the backend: more than four dimensions after joining. */
export const binaries: readonly KernelOverride[] = /* @__PURE__ */ Object.entries(functions).map(([kernel, name]) =>
  binary(kernel, name),
);
