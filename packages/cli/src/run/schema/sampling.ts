import { boolean, integer, listOf, number, object, oneOf, optional, required } from '../../config/check.ts';
import { samplerNames, type SamplingConfig } from '@diffgan/hub';

/** How to draw from a run. */
export const sampling = object<SamplingConfig>({
  sampler: required(oneOf(...samplerNames), 'Name of the sampler.'),
  steps: optional(integer(1, 10_000), 'Network calls per sample.'),
  eta: optional(number({ min: 0, max: 1 }), "Share of the posterior's deviation in DDIM."),
  clip: optional(boolean, 'Whether predicted examples are clipped to [−1, 1].'),
  predicts: optional(oneOf('eps', 'x0', 'v', 'mean'), 'What the network predicts.'),
  variance: optional(oneOf('fixedSmall', 'fixedLarge', 'learned', 'learnedRange'), 'Variance of a DDPM step.'),
  guidance: optional(number({ min: 0, max: 1000 }), 'w of guidance.'),
  labels: optional(listOf(integer(0, 2 ** 20), { min: 1, max: 65536 }), 'Classes, which the samples take in turn.'),
});
