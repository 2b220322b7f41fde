import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

/** Applies a function of one number, with one parameter if it has one, to every element. */
function apply(
  module: SimdCall<'x'>['module'],
  name: string,
  x: TensorInfo,
  { parameter = 0, cost = 1 }: { parameter?: number; cost?: number } = {},
): TensorInfo {
  const output = module.output(x.shape);
  const size = sizeOf(x.shape);
  module.run(name, [module.address(x), module.address(output), parameter], { units: size, cost: cost * size });
  return output;
}

/** 1/(1 + e^−x). */
export const sigmoid = simdKernel('Sigmoid', ({ inputs, module }: SimdCall<'x'>) =>
  apply(module, 'sigmoid', inputs.x, { cost: 4 }),
);

/** x². */
export const square = simdKernel('Square', ({ inputs, module }: SimdCall<'x'>) => apply(module, 'square', inputs.x));

/** x where x > 0, else alpha·x. */
export const leakyRelu = simdKernel('LeakyRelu', ({ inputs, attrs, module }: SimdCall<'x', { alpha: number }>) =>
  apply(module, 'leaky_relu', inputs.x, { parameter: attrs.alpha }),
);

/** Softmax over the last axis. */
export const softmax = simdKernel('Softmax', ({ inputs, attrs, module }: SimdCall<'logits', { dim: number }>) => {
  const { logits } = inputs;
  const last = logits.shape.length - 1;
  if (last < 0 || (attrs.dim !== last && attrs.dim !== -1)) return undefined;
  const output = module.output(logits.shape);
  const [size, count] = [sizeOf(logits.shape), logits.shape[last]];
  const work = { units: size / count, cost: 4 * size };
  module.run('softmax', [module.address(logits), module.address(output), count], work);
  return output;
});
