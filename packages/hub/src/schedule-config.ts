import {
  boolean,
  type Fields,
  integer,
  kinds,
  listOf,
  number,
  object,
  type ObjectOf,
  oneOf,
  optional,
  type Schema,
} from '@diffgan/config';
import type { GammaNetworkOptions } from '@diffgan/objectives';
import type { ScheduleName, ScheduleOptions } from '@diffgan/schedule';

/** More steps than anybody takes. */
export const MAX_STEPS = 100_000;
const stepsField = {
  /** T, the number of diffusion steps. */
  steps: integer(1, MAX_STEPS),
};

/** A noise schedule by name, with its number of steps and the options of `makeSchedule`. */
type Named<N extends ScheduleName> = {
  /** Name of the schedule. */
  name: N;
} & ObjectOf<typeof stepsField> &
  ScheduleOptions[N];

const beta = number({ above: 0, below: 1 });
const positive = number({ above: 0 });
const betaRange: Fields<ScheduleOptions['linear']> = {
  betaStart: optional(beta),
  betaEnd: optional(beta),
  scale: optional(positive),
};
const cosine: Fields<ScheduleOptions['cosine']> = { s: optional(number({ min: 0 })), maxBeta: optional(beta) };
const vp: Fields<ScheduleOptions['vp']> = {
  betaMin: optional(positive),
  betaMax: optional(positive),
  epsilon: optional(number({ min: 0, below: 1 })),
};

const named = {
  linear: object<Named<'linear'>>({ name: oneOf('linear'), ...stepsField, ...betaRange }),
  quadratic: object<Named<'quadratic'>>({ name: oneOf('quadratic'), ...stepsField, ...betaRange }),
  constant: object<Named<'constant'>>({
    name: oneOf('constant'),
    ...stepsField,
    beta: optional(beta),
    scale: optional(positive),
  }),
  cosine: object<Named<'cosine'>>({ name: oneOf('cosine'), ...stepsField, ...cosine }),
  edm: object<Named<'edm'>>({
    name: oneOf('edm'),
    ...stepsField,
    sigmaMin: optional(positive),
    sigmaMax: optional(positive),
    rho: optional(positive),
  }),
  laplace: object<Named<'laplace'>>({ name: oneOf('laplace'), ...stepsField, maxBeta: optional(beta) }),
  scaled_linear: object<Named<'scaled_linear'>>({ name: oneOf('scaled_linear'), ...stepsField, ...betaRange }),
  sigmoid: object<Named<'sigmoid'>>({ name: oneOf('sigmoid'), ...stepsField, ...betaRange }),
  squaredcos_cap_v2: object<Named<'squaredcos_cap_v2'>>({
    name: oneOf('squaredcos_cap_v2'),
    ...stepsField,
    ...cosine,
  }),
  vp: object<Named<'vp'>>({ name: oneOf('vp'), ...stepsField, ...vp }),
} satisfies { [N in ScheduleName]: Schema<Named<N>> };

const betasFields = {
  /** A schedule that has no other name. */
  name: oneOf('betas'),
  /** β of every step. */
  betas: listOf(beta, { min: 1, max: MAX_STEPS }),
};

/** A noise schedule that has no name: its betas. */
interface Betas extends ObjectOf<typeof betasFields> {}

/** A noise schedule by name, or its betas. */
export type ScheduleConfig = { [N in ScheduleName]: Named<N> }[ScheduleName] | Betas;

/** What the noise schedule of a run may be. */
export const scheduleSchema = kinds('name', { ...named, betas: object<Betas>(betasFields) });

/** A noise schedule that is learned: the options of `gammaNetwork`. */
export type GammaConfig = {
  /** A schedule that is learned. */
  name: 'gamma';
} & Omit<GammaNetworkOptions, 'key'>;

/** What the learned noise schedule of a VDM may be. */
export const gammaSchema = object<GammaConfig>({
  name: oneOf('gamma'),
  kind: optional(oneOf('monotone', 'linear')),
  gamma0: optional(number({ min: -100, max: 100 })),
  gamma1: optional(number({ min: -100, max: 100 })),
  learnEndPoints: optional(boolean()),
  hidden: optional(integer(1, 2 ** 14)),
  positive: optional(oneOf('softplus', 'abs')),
});
