import { util } from '@tensorflow/tfjs-core';
import type { FusedInputs } from '../fused-kernels.ts';
import { simdKernel } from './simd-kernel.ts';

// Exponentials make an activation cost about as much as this many passes.
const costOf = (silu: boolean) => (silu ? 10 : 4);

/** Throws unless scale and shift are [channels] or [batch, channels]. */
function checkShapes({ x, scale, shift }: FusedInputs<'DiffganGroupNorm'>, groups: number): void {
  const [batch, , channels] = x.shape;
  const fits =
    x.shape.length === 3 &&
    channels % groups === 0 &&
    util.arraysEqual(scale.shape, shift.shape) &&
    (util.arraysEqual(scale.shape, [channels]) || util.arraysEqual(scale.shape, [batch, channels]));
  if (!fits)
    throw new RangeError(
      `DiffganGroupNorm: x [${x.shape}], scale [${scale.shape}], shift [${shift.shape}] and ${groups} groups do not fit; ` +
        'x must be [B, P, C], scale and shift [C] or [B, C], and groups must divide C',
    );
}

/** Group normalisation of `[B, P, C]`, with SiLU if wanted: `y`, and mean and 1/deviation as `[B, C]`. */
export const groupNorm = simdKernel('DiffganGroupNorm', ({ inputs, attrs, module }) => {
  const { x, scale, shift } = inputs;
  const { groups, epsilon, silu } = attrs;
  checkShapes(inputs, groups);
  const [batch, pixels, channels] = x.shape;
  const [y, mean, rstd] = [x.shape, [batch, channels], [batch, channels]].map((shape) => module.output(shape));
  const addresses = [x, scale, shift, y, mean, rstd].map((tensor) => module.address(tensor));
  module.withScratch(batch * channels, (slope) => {
    const scaleStride = scale.shape.length === 1 ? 0 : channels;
    const sizes = [pixels, channels, groups, scaleStride, epsilon, Number(silu)];
    const cost = batch * pixels * channels * costOf(silu);
    module.run('group_norm', [...addresses, slope, ...sizes], { units: batch, cost });
  });
  return [y, mean, rstd];
});

/** Gradients of {@link groupNorm} by x, scale and shift. */
export const groupNormGrad = simdKernel('DiffganGroupNormGrad', ({ inputs, attrs, module }) => {
  const { dy, x, scale, shift, mean, rstd } = inputs;
  const { groups, silu } = attrs;
  checkShapes(inputs, groups);
  const [batch, pixels, channels] = x.shape;
  const [dx, dscale, dshift] = [x.shape, scale.shape, scale.shape].map((shape) => module.output(shape));
  const shared = scale.shape.length === 1;
  const addresses = [dy, x, scale, shift, mean, rstd, dx].map((tensor) => module.address(tensor));
  // Averages of the groups, and where images share scale and shift, their separate gradients.
  module.withScratch(4 * batch * channels, (scratch) => {
    const size = 4 * batch * channels;
    const [sums, averages] = [[scratch, scratch + size], scratch + 2 * size];
    const targets = shared ? sums : [module.address(dscale), module.address(dshift)];
    const sizes = [pixels, channels, groups, shared ? 0 : channels, Number(silu)];
    const cost = 2 * batch * pixels * channels * costOf(silu);
    module.run('group_norm_grad', [...addresses, ...targets, averages, ...sizes], { units: batch, cost });
    if (!shared) return;
    const work = { units: Math.ceil(channels / 16), cost: batch * channels };
    [dscale, dshift].forEach((total, i) =>
      module.run('sum_middle', [sums[i], module.address(total), batch, channels, 1], work),
    );
  });
  return [dx, dscale, dshift];
});
