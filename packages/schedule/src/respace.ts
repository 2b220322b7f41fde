import { deriveSchedule } from './derive-schedule.ts';
import { logAlphaBetween } from './log-alpha-between.ts';
import type { NoiseSchedule } from './noise-schedule.ts';

/**
 * Which steps {@link respace} keeps: how many, equally spaced; the steps themselves; or a rule, `'uniform:50'`, `'quadratic:50'`,
 * `'leading:50'`, `'trailing:50'`, `'linspace:50'`, `'ddim50'` or sections such as `'10,15,20'`.
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
 * | `'leading:50'` | 1, 1 + k, 1 + 2k, … with the whole stride k = ⌊T/50⌋; `'leading:50+1'` moves all up by 1 |
 * | `'trailing:50'` | T, T − k, T − 2k, … with the stride k = T/50, rounded |
 * | `'linspace:50'` | as `'uniform:50'`, but halves rounded to even |
 * | `'ddim50'` | 1, 1 + k, 1 + 2k, … with the smallest whole stride k that gives exactly 50 |
 * | `'10,15,20'` | T cut into as many equal sections, from the first to the last step of each with that many equal strides |
 * | `[1, 500, 1000]` | these steps, rising |
 *
 * `'leading'`, `'trailing'` and `'linspace'` are the `timestep_spacing` of the diffusers library, whose time steps are positions, t − 1.
 * A count leaves solvers with a better grid of as many steps, such as `dpmSolverSampler`, free to take that; the other forms do not.
 *
 * @param spec see the table
 * @returns a frozen schedule named like the original, of as many steps as were kept
 * @throws RangeError if fewer than one or more than T steps are asked for, a list is not rising within 1…T, or no stride gives
 * the steps of `'ddimN'`; TypeError if the spec is none of the above
 *
 * Source: Nichol, Dhariwal 2021 (arXiv:2102.09672), section 4, and their code for `'ddimN'` and sections; Song, Meng, Ermon 2021
 * (arXiv:2010.02502), appendix D.2, for quadratic spacing; Lin et al. 2024 (arXiv:2305.08891), table 2, for leading and trailing.
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
  const told = kept.map((t) => schedule.positions[t - 1]);
  const positions = schedule.positions instanceof Int32Array ? Int32Array.from(told) : Float64Array.from(told);
  if (kept.length === schedule.steps) return deriveSchedule(schedule.name, beta, { positions, logAlpha });
  const thinned = { schedule: schedule.thinned?.schedule ?? schedule, byCount: typeof spec === 'number' };
  return deriveSchedule(schedule.name, beta, { positions, thinned, logAlpha });
}

function keptSteps(total: number, spec: RespaceSpec): number[] {
  if (typeof spec === 'number') return spaced(total, spec, 1);
  if (typeof spec !== 'string') return checkedSteps(total, spec);
  const [, rule, count, offset] =
    /^(uniform:|quadratic:|leading:|trailing:|linspace:|ddim)(\d+)(\+\d+)?$/.exec(spec) ?? [];
  if (rule && (offset === undefined || rule === 'leading:'))
    return rules[rule as Rule](total, Number(count), Number(offset ?? 0));
  if (/^\d+(,\d+)*$/.test(spec)) return sections(total, spec.split(',').map(Number));
  throw new TypeError(
    `respace: spec is '${spec}'; give a count, a list of steps, 'uniform:N', 'quadratic:N', 'leading:N', 'trailing:N', ` +
      `'linspace:N', 'ddimN' or sections 'a,b,c'`,
  );
}

const rules = {
  'uniform:': (total: number, count: number) => spaced(total, count, 1),
  'quadratic:': (total: number, count: number) => spaced(total, count, 2),
  'leading:': leading,
  'trailing:': trailing,
  'linspace:': linspaced,
  ddim: strided,
};

type Rule = keyof typeof rules;

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

function leading(total: number, count: number, offset: number): number[] {
  checkCount(total, count);
  const stride = Math.floor(total / count);
  const last = 1 + (count - 1) * stride + offset;
  if (last > total)
    throw new RangeError(
      `respace: 'leading:${count}+${offset}' ends at step ${last} of ${total}; give an offset of at most ${total - last + offset}`,
    );
  return Array.from({ length: count }, (_, j) => 1 + j * stride + offset);
}

function trailing(total: number, count: number): number[] {
  checkCount(total, count);
  const steps = Array.from({ length: count }, (_, j) => roundHalfEven(total - j * (total / count)));
  return steps.reverse();
}

function linspaced(total: number, count: number): number[] {
  checkCount(total, count);
  if (count === 1) return [1]; // as the library does, where `uniform` takes T
  const stride = (total - 1) / (count - 1);
  return Array.from({ length: count }, (_, j) => 1 + roundHalfEven(j * stride));
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
