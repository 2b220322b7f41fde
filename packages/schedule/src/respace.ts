import { deriveSchedule } from './derive-schedule.ts';
import { logAlphaBetween } from './log-alpha-between.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/**
 * Which steps {@link respace} keeps: how many, equally spaced; the steps themselves; or a rule, `'uniform:50'`, `'quadratic:50'`,
 * `'ddim50'` or sections such as `'10,15,20'`.
 */
export type RespaceSpec = number | ArrayLike<number> | string;

/**
 * The schedule that visits only some of the steps of another one, with which a model trained on the long chain is sampled in
 * fewer steps: β'_j = 1 − ᾱ_{τ_j}/ᾱ_{τ_{j−1}}, and all other arrays follow from it. `positions` keeps what the network was
 * trained with, τ_j − 1.
 *
 * | spec | steps kept |
 * | --- | --- |
 * | `50`, `'uniform:50'` | equally spaced from 1 to T, rounded half up; one alone is T |
 * | `'quadratic:50'` | dense at small t: 1 + (T − 1) ((j − 1)/(S − 1))², rounded; doubles are dropped, so fewer may remain |
 * | `'ddim50'` | 1, 1 + k, 1 + 2k, … with the smallest whole stride k that gives exactly 50 |
 * | `'10,15,20'` | T cut into as many equal sections, from the first to the last step of each with that many equal strides |
 * | `[1, 500, 1000]` | these steps, rising |
 *
 * @param spec - see the table
 * @returns a frozen schedule named like the original, of as many steps as were kept
 * @throws RangeError if fewer than one or more than T steps are asked for, a list is not rising within 1…T, or no stride gives
 * the steps of `'ddimN'`; TypeError if the spec is none of the above
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), section 4, and their code for `'ddimN'` and sections; Song, Meng, Ermon 2021
 * (arXiv:2010.02502), appendix D.2, for quadratic spacing.
 *
 * @example
 * ```ts
 * import { linearSchedule, respace } from '@diffgan/schedule';
 *
 * respace(linearSchedule(), 4).positions; // Int32Array [0, 333, 666, 999]
 * respace(linearSchedule(), 'ddim4').positions; // Int32Array [0, 250, 500, 750]
 * ```
 */
export function respace(schedule: NoiseSchedule, spec: RespaceSpec): NoiseSchedule {
  const kept = keptSteps(schedule.steps, spec);
  const logAlpha = Float64Array.from(kept, (t, j) => logAlphaBetween(schedule, t, j === 0 ? 0 : kept[j - 1]));
  const beta = logAlpha.map((l, j) => {
    const alone = kept[j] - (j === 0 ? 0 : kept[j - 1]) === 1;
    return alone ? schedule.beta[kept[j] - 1] : -Math.expm1(l);
  });
  const positions = Int32Array.from(kept, (t) => schedule.positions[t - 1]);
  return deriveSchedule(schedule.name, beta, { positions, logAlpha });
}

function keptSteps(total: number, spec: RespaceSpec): number[] {
  if (typeof spec === 'number') return spaced(total, spec, 1);
  if (typeof spec !== 'string') return checkedSteps(total, spec);
  const [, rule, count] = /^(uniform:|quadratic:|ddim)(\d+)$/.exec(spec) ?? [];
  if (rule === 'ddim') return strided(total, Number(count));
  if (rule) return spaced(total, Number(count), rule === 'quadratic:' ? 2 : 1);
  if (/^\d+(,\d+)*$/.test(spec)) return sections(total, spec.split(',').map(Number));
  throw new TypeError(
    `respace: spec is '${spec}'; give a count, a list of steps, 'uniform:N', 'quadratic:N', 'ddimN' or sections 'a,b,c'`,
  );
}

function checkCount(total: number, count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > total)
    throw new RangeError(`respace: ${count} steps are asked of ${total}; give a whole number from 1 to ${total}`);
}

function spaced(total: number, count: number, power: 1 | 2): number[] {
  checkCount(total, count);
  if (count === 1) return [total];
  const steps = Array.from({ length: count }, (_, j) =>
    Math.round(1 + (j ** power * (total - 1)) / (count - 1) ** power),
  );
  return [...new Set(steps)];
}

function strided(total: number, count: number): number[] {
  checkCount(total, count);
  const stride = Math.ceil(total / count); // the smallest that gives at most `count` steps
  if (Math.ceil(total / stride) !== count)
    throw new RangeError(
      `respace: no whole stride through ${total} steps gives exactly ${count}; use 'uniform:${count}'`,
    );
  return Array.from({ length: count }, (_, j) => 1 + j * stride);
}

function sections(total: number, counts: number[]): number[] {
  let start = 1;
  return counts.flatMap((count, i) => {
    const size = Math.floor(total / counts.length) + (i < total % counts.length ? 1 : 0);
    if (count < 1 || count > size)
      throw new RangeError(
        `respace: section ${i + 1} has ${size} steps, not ${count}; give a number from 1 to ${size}`,
      );
    const first = start;
    start += size;
    const stride = count === 1 ? 1 : (size - 1) / (count - 1);
    // The step numbers are those of the reference implementation: it adds the stride up, rounding errors included, and rounds
    // halves to even.
    let at = 0;
    return Array.from({ length: count }, () => {
      const step = first + roundHalfEven(at);
      at += stride;
      return step;
    });
  });
}

function roundHalfEven(x: number): number {
  return x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

function checkedSteps(total: number, steps: ArrayLike<number>): number[] {
  checkCount(total, steps.length);
  return Array.from(steps, (t, j) => {
    if (!Number.isInteger(t) || t > total || !(t > (j === 0 ? 0 : steps[j - 1])))
      throw new RangeError(`respace: step ${j + 1} of the list is ${t}; give rising whole numbers from 1 to ${total}`);
    return t;
  });
}
