import { isSpacing, samplerNames, type SamplingConfig, spacingNames } from '@diffgan/hub';
import { boolean, integer, listOf, number, object, oneOf, optional, plain, required } from '../../config/check.ts';

/** How to draw from a run. */
export const sampling = object<SamplingConfig>({
  sampler: required(oneOf(...samplerNames), 'Name of the sampler.'),
  steps: optional(integer(1, 10_000), 'Network calls per sample.'),
  spacing: optional(
    plain(`one of ${spacingNames.join(', ')}, or steps such as 1,500,1000`, isSpacing),
    'Which steps of the schedule those are.',
  ),
  sigmas: optional(listOf(number({ min: 0 }), { min: 2, max: 10_000 }), 'Noise levels of a solver, falling.'),
  eta: optional(number({ min: 0, max: 1 }), 'Fresh noise of DDIM, Euler ancestral and DPM-Solver.'),
  order: optional(oneOf(1, 2, 3), 'How many predictions a step of DPM-Solver and UniPC is made of.'),
  clip: optional(boolean, 'Whether predicted examples are clipped to [−1, 1].'),
  predicts: optional(oneOf('eps', 'x0', 'v', 'mean'), 'What the network predicts.'),
  variance: optional(oneOf('fixedSmall', 'fixedLarge', 'learned', 'learnedRange'), 'Variance of a DDPM step.'),
  guidance: optional(number({ min: 0, max: 1000 }), 'w of guidance.'),
  labels: optional(listOf(integer(0, 2 ** 20), { min: 1, max: 65536 }), 'Classes, which the samples take in turn.'),
});
