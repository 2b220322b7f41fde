import type { GammaConfig, ScheduleConfig } from '@diffgan/hub';
import type { ScheduleName, ScheduleOptions } from '@diffgan/schedule';
import {
  boolean,
  type Fields,
  integer,
  kinds,
  listOf,
  number,
  object,
  oneOf,
  optional,
  required,
} from '../../config/check.ts';

const MAX_STEPS = 10_000;

const named = (name: string) => ({
  name: required(oneOf(name), 'Name of the schedule.'),
  steps: required(integer(1, MAX_STEPS), 'T, the number of diffusion steps.'),
});
const beta = number({ above: 0, below: 1 });
const positive = number({ above: 0 });
const scale = optional(positive, 'Multiplies the betas.');
const betaRange: Fields<ScheduleOptions['linear']> = {
  betaStart: optional(beta, 'First beta.'),
  betaEnd: optional(beta, 'Last beta.'),
  scale,
};
const cosine: Fields<ScheduleOptions['cosine']> = {
  s: optional(number({ min: 0 }), 'Shift of the cosine.'),
  maxBeta: optional(beta, 'Largest beta.'),
};
const options: { [N in ScheduleName]: Fields<ScheduleOptions[N]> } = {
  linear: betaRange,
  quadratic: betaRange,
  constant: { beta: optional(beta, 'Every beta.'), scale },
  cosine,
  laplace: { maxBeta: optional(beta, 'Largest beta.') },
  scaled_linear: betaRange,
  sigmoid: betaRange,
  squaredcos_cap_v2: cosine,
  vp: {
    betaMin: optional(positive, 'Rate at the data end.'),
    betaMax: optional(positive, 'Rate at the noise end.'),
    epsilon: optional(number({ min: 0, below: 1 }), 'Where time begins.'),
  },
};

/** The noise schedule of a run. */
export const schedule = kinds('name', {
  ...Object.fromEntries(
    Object.entries(options).map(([name, own]) => [name, object<ScheduleConfig>({ ...named(name), ...own })]),
  ),
  betas: object({
    name: required(oneOf('betas'), 'A schedule of its own.'),
    betas: required(listOf(beta, { min: 1, max: MAX_STEPS }), 'The betas.'),
  }),
});

/** The learned noise schedule of a VDM. */
export const gamma = object<GammaConfig>({
  name: required(oneOf('gamma'), 'A schedule that is learned.'),
  kind: optional(oneOf('monotone', 'linear'), 'Whether the shape of γ is learned.'),
  gamma0: optional(number({ min: -100, max: 100 }), 'γ of the data end at the start.'),
  gamma1: optional(number({ min: -100, max: 100 }), 'γ of the noise end at the start.'),
  learnEndPoints: optional(boolean, 'Whether the end points are learned.'),
  hidden: optional(integer(1, 2 ** 14), 'Width of the monotone network.'),
  positive: optional(oneOf('softplus', 'abs'), 'What makes its weights positive.'),
});
