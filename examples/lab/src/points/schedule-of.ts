import { makeSchedule, type NoiseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import { REACH } from './mixtures.ts';
import type { PointSettings } from './settings.ts';

/** Levels of noise beside the reach of the data: the first leaves no doubt which mode a point came from, the last but one some. */
const LEAST = 0.075;
const MOST = 0.4125;
/** After the last step nothing is left of the data. */
const LAST = 9.3;

/** Steps of a Gaussian must be small: those of DDPM begin far below any spread. */
const LEAST_OF_DDPM = 0.002;

/** The schedule of a training. */
export function scheduleOf({ schedule, model, T, calls }: PointSettings): NoiseSchedule {
  const steps = model === 'gan' ? 1 : model === 'ddgan' ? T : calls;
  return schedule === 'levels' ? ofLevels(steps, model) : makeSchedule(schedule, steps);
}

/** √(1/ᾱ_t − 1) in equal ratios; of a game then noise. */
function ofLevels(steps: number, model: PointSettings['model']): NoiseSchedule {
  const level = (i: number) => {
    if (i === steps - 1) return LAST;
    if (model === 'ddpm') return LEAST_OF_DDPM * (LAST / LEAST_OF_DDPM) ** (i / (steps - 1));
    return LEAST * (MOST / LEAST) ** (steps < 3 ? 0.5 : i / (steps - 2));
  };
  const kept = Array.from({ length: steps }, (_, i) => 1 / (1 + (REACH * level(i)) ** 2));
  return scheduleFromBetas(kept.map((alphaBar, i) => 1 - alphaBar / (kept[i - 1] ?? 1)));
}
