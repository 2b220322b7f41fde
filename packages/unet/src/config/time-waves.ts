import { boolean, type ObjectOf, oneOf, optional } from '@diffgan/config';
import { waves } from './bounds.ts';

export const timeWavesFields = {
  /** Waves in the embedding of the step, a fourth of the width of its dense layers. @defaultValue `baseChannels` */
  timeChannels: optional(waves),
  /** Whether the cosines come before the sines there. @defaultValue false */
  cosineFirst: optional(boolean()),
  /** The frequencies there are 10000^(−i / (timeChannels/2 − frequencyShift)). @defaultValue 1 */
  frequencyShift: optional(oneOf(0, 1)),
};

/** How a U-Net is told its step. */
export interface TimeWaves extends ObjectOf<typeof timeWavesFields> {}

/** The waves of the step and the width of the dense layers behind them. */
export function timeWaves({
  baseChannels,
  timeChannels = baseChannels,
  cosineFirst = false,
  frequencyShift = 1,
}: TimeWaves & { baseChannels: number }) {
  return { sinusoid: timeChannels, cosineFirst, frequencyShift, hidden: 4 * timeChannels };
}
