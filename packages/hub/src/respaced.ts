import type { Spacing } from '@diffgan/samplers';
import { type NoiseSchedule, respace } from '@diffgan/schedule';
import { PipelineError } from './pipeline-error.ts';
import type { SamplingConfig } from './sampling-config.ts';

/** The schedule of the steps that are asked for. */
export function respaced(
  schedule: NoiseSchedule,
  { steps, spacing }: Pick<SamplingConfig, 'steps' | 'spacing'>,
): NoiseSchedule {
  try {
    if (spacing !== undefined && /^\d/.test(spacing)) return respace(schedule, spacing.split(',').map(Number));
    if (steps === undefined || steps === schedule.steps) return schedule;
    if (spacing === undefined || gridOf(spacing) !== undefined) return respace(schedule, steps);
    const [rule, offset] = spacing.split('+');
    if (rule === 'ddim') return respace(schedule, `ddim${steps}`);
    return respace(schedule, `${rule}:${steps}${offset === undefined ? '' : `+${offset}`}`);
  } catch (cause) {
    throw new PipelineError(`spacing is ${spacing}: ${(cause as Error).message.replace('respace: ', '')}`, { cause });
  }
}

/** The spacings between the steps of a schedule. */
export const gridOf = (spacing?: string): Spacing | undefined =>
  (({ 'log-snr': 'logSnr', karras: 'karras' }) as const)[spacing as 'karras'];
