import { util } from '@tensorflow/tfjs-core';
import { isPlain } from '../is-plain.ts';
import { sizeOf } from '../size-of.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

/** Elements of `t` where the condition holds, else of `e`; left to the backend: conditions of another shape. */
export const select = simdKernel(
  'Select',
  ({ inputs: { condition, t, e }, module }: SimdCall<'condition' | 't' | 'e'>) => {
    const alike = util.arraysEqual(condition.shape, t.shape) && util.arraysEqual(t.shape, e.shape);
    if (condition.dtype !== 'bool' || !alike || !isPlain(t) || !isPlain(e)) return undefined;
    const output = module.output(t.shape);
    const size = sizeOf(t.shape);
    const addresses = [condition, t, e, output].map((tensor) => module.address(tensor));
    module.run('select', addresses, { units: size, cost: size });
    return output;
  },
  { anyInput: true },
);

/** a > b, where b has the shape of a or is one number. */
export const greater = simdKernel('Greater', ({ inputs: { a, b }, module }: SimdCall<'a' | 'b'>) => {
  const single = sizeOf(b.shape) === 1 && b.shape.length <= a.shape.length;
  if (!single && !util.arraysEqual(a.shape, b.shape)) return undefined;
  const output = module.backend.makeOutput(a.shape, 'bool');
  const size = sizeOf(a.shape);
  const addresses = [a, b, output].map((tensor) => module.address(tensor));
  module.run('greater', [...addresses, single ? 0 : 1], { units: size, cost: size });
  return output;
});
