import { makeSchedule, type ScheduleName, type ScheduleOptions } from './make-schedule.ts';
import type { NoiseSchedule } from './noise-schedule.ts';
import { rescalePositions } from './rescale-positions.ts';
import { rescaleZeroTerminalSnr } from './rescale-zero-terminal-snr.ts';

const range = { start: 'betaStart', end: 'betaEnd', scale: 'scale' } as const;

/** The options of each schedule by the names they have in a text. */
const optionNames = {
  linear: range,
  quadratic: range,
  scaled_linear: range,
  sigmoid: range,
  constant: { beta: 'beta', scale: 'scale' },
  cosine: { s: 's', max: 'maxBeta' },
  squaredcos_cap_v2: { s: 's', max: 'maxBeta' },
  edm: { min: 'sigmaMin', max: 'sigmaMax', rho: 'rho' },
  laplace: { max: 'maxBeta' },
  vp: { min: 'betaMin', max: 'betaMax', epsilon: 'epsilon' },
} satisfies { [N in ScheduleName]: Record<string, keyof ScheduleOptions[N]> };

const most = 100_000;

/**
 * The schedule that a text describes: name, number of steps, and options, such as `'linear:4000,scale=0.25'`. What command lines and
 * the cards of models hold.
 *
 * | name | options |
 * | --- | --- |
 * | `linear`, `quadratic`, `sigmoid` | `start` and `end`, β_1 and β_T; `scale`, a factor on every β |
 * | `scaled_linear` | those of `quadratic`, which is the same |
 * | `constant` | `beta`, `scale` |
 * | `cosine`, `squaredcos_cap_v2` | `s`; `max`, the largest β |
 * | `edm` | `min` and `max`, the ends of σ; `rho` |
 * | `laplace` | `max` |
 * | `vp` | `min`, `max`, `epsilon` |
 * | all but `edm` | `positions=1000`, see {@link rescalePositions}; `zero-snr`, see {@link rescaleZeroTerminalSnr} |
 *
 * @param text at most 100 000 steps
 * @returns a frozen schedule
 * @throws TypeError if the text has another form or an unknown name or option, RangeError for a value that the schedule refuses
 *
 * @example
 * ```ts
 * import { parseSchedule } from '@diffgan/schedule';
 *
 * parseSchedule('vp:4').steps; // 4
 * parseSchedule('scaled_linear:1000,start=0.00085,end=0.012').alphaBar[999]; // 0.0047…
 * parseSchedule('cosine:4000,positions=1000').positions[3999]; // 999.75
 * ```
 */
export function parseSchedule(text: string): NoiseSchedule {
  const [head, ...parts] = text.split(',');
  const [, name, count] = /^([a-z][a-z0-9_]*):(\d{1,7})$/.exec(head) ?? [];
  if (name === undefined || Number(count) > most)
    throw new TypeError(
      `parseSchedule: the schedule is '${shortened(text)}'; write name:steps, such as linear:1000 or vp:4, of at most ${most} steps, ` +
        'and options after commas, such as linear:4000,scale=0.25',
    );
  if (!Object.hasOwn(optionNames, name))
    throw new TypeError(
      `parseSchedule: the schedule is called '${shortened(name)}'; use one of ${Object.keys(optionNames).join(', ')}`,
    );
  const known: Record<string, string> = optionNames[name as ScheduleName];
  const options: Record<string, number> = {};
  const given = new Map(parts.map((part) => parsedOption(name, part, Object.keys(known))));
  for (const [key, value] of given) if (Object.hasOwn(known, key)) options[known[key]] = value;
  let schedule = makeSchedule(name as ScheduleName, Number(count), options);
  if (given.has('zero-snr')) schedule = rescaleZeroTerminalSnr(schedule);
  if (given.has('positions')) schedule = rescalePositions(schedule, given.get('positions')!);
  return schedule;
}

function parsedOption(name: string, part: string, own: readonly string[]): [key: string, value: number] {
  const [, key, number] = /^([a-z-]+)(?:=(\d*\.?\d+(?:e[+-]?\d+)?))?$/.exec(part) ?? [];
  const isFlag = key === 'zero-snr';
  if (key === undefined || ![...own, 'positions', 'zero-snr'].includes(key) || isFlag !== (number === undefined))
    throw new TypeError(
      `parseSchedule: '${shortened(part)}' is no option of ${name}; use ${own.map((o) => `${o}=NUMBER`).join(', ')}, ` +
        'positions=NUMBER or zero-snr',
    );
  return [key, Number(number)];
}

/** Texts come from outside and end in messages. */
const shortened = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text).slice(1, -1);
