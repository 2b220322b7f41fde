import { linearSchedule, type NoiseSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { ddpmSteps, type Kind } from './cases.ts';
import type { ChainTables } from './protocol.ts';

/** The schedule of a kind of sampling. */
export function scheduleOf(kind: Kind): NoiseSchedule {
  if (kind === 'sample-ddgan') return vpSchedule(4);
  return kind === 'sample-ddim' ? respace(linearSchedule(ddpmSteps), 50) : linearSchedule(ddpmSteps);
}

/** The coefficients of {@link scheduleOf}, for a worker that cannot compute them. */
export function chainTables(kind: Kind): ChainTables {
  const { positions, alphaBar, posteriorX0, posteriorXt, betaTilde } = scheduleOf(kind);
  return {
    positions: [...positions],
    alphaBar: [...alphaBar],
    posteriorX0: [...posteriorX0],
    posteriorXt: [...posteriorXt],
    posteriorSigma: [...betaTilde].map(Math.sqrt),
  };
}
