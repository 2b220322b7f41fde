import { checkNumber } from './check-number.ts';
import { cosineDecay } from './cosine-decay.ts';

/** A weight that goes from one value to another on half a cosine, and stays there. */
export interface FadingWeight {
  /** At the first step. */
  from: number;
  /** In the end. @defaultValue 0 */
  to?: number;
  /** When the end is reached: a share of the run up to 1, or a number of steps. */
  until: number;
}

/** Throws unless the weight is ≥ 0 at all times and `until` can be told in a run of so many steps; returns it with its default. */
export function checkFadingWeight(name: string, weight: number | FadingWeight, steps: number): typeof weight {
  if (typeof weight !== 'object') {
    checkNumber(name, weight, { min: 0 });
    return weight;
  }
  const { from, to = 0, until } = weight;
  checkNumber(`${name}.from`, from, { min: 0 });
  checkNumber(`${name}.to`, to, { min: 0 });
  checkNumber(`${name}.until`, until, { min: Number.MIN_VALUE });
  if (until <= 1 && steps === Infinity)
    throw new RangeError(
      `${name}.until is ${until}, a share of the run, but only the clock ends it; give a number of steps, or a length in steps`,
    );
  return { from, to, until };
}

/** The weight at a step, from 1, of a run of so many. */
export function weightAt(weight: number | FadingWeight, step: number, steps: number): number {
  if (typeof weight === 'number') return weight;
  const { from, to = 0, until } = weight;
  return cosineDecay(step - 1, { start: from, end: to, steps: Math.max(1, until <= 1 ? until * steps : until) });
}

/** Whether it is 0 at all times. */
export const isNoWeight = (weight: number | FadingWeight): boolean =>
  typeof weight === 'number' ? weight === 0 : weight.from === 0 && (weight.to ?? 0) === 0;
