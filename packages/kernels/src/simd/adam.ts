import { sizeOf } from '../size-of.ts';
import { simdKernel } from './simd-kernel.ts';

/** One step of Adam and of the running average in one pass; see adam.c for the formula and the order of `hyper`. */
export const adam = simdKernel('DiffganAdam', ({ inputs, module }) => {
  const { parameters, gradient, m, v, average, hyper } = inputs;
  const vectors = [parameters, gradient, m, v, average];
  const size = sizeOf(parameters.shape);
  if (vectors.some(({ shape }) => sizeOf(shape) !== size) || sizeOf(hyper.shape) !== 7)
    throw new RangeError(
      `DiffganAdam: ${vectors.map(({ shape }) => `[${shape}]`).join(', ')} must be of one size and hyper [${hyper.shape}] be [7]`,
    );
  const outputs = [parameters, m, v, average].map(({ shape }) => module.output(shape));
  const addresses = [...vectors, hyper, ...outputs].map((tensor) => module.address(tensor));
  module.run('adam', addresses, { units: size, cost: 8 * size });
  return outputs;
});
