import type { VarianceKind } from '@diffgan/objectives';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { ChainParts } from './chain-parts.ts';
import { hasLearnedVariance } from './learned-variance.ts';

/** The variance of a `ddpm` step on the whole schedule or a thinned one: what is asked for, or else the network's own. */
export function stepVariance({ network, sampling, schedule }: ChainParts, used: NoiseSchedule): VarianceKind {
  const fixed = used === schedule ? 'fixedLarge' : 'fixedSmall';
  return sampling.variance ?? (hasLearnedVariance(network) ? 'learnedRange' : fixed);
}
