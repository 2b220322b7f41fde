import type { Field, Settings } from '../page/fields.ts';

const shown = { on: 'shown', off: 'hidden' } as const;

/** What can be chosen about how trainings are run and looked at. */
export const lookFields = {
  seed: {
    kind: 'number',
    ...{ label: 'Seed', min: 0, max: 4294967295, step: 1, initial: 0 },
    formula: 'all randomness is a function of key(seed)',
    api: 'ops.key',
  },
  speed: {
    kind: 'choice',
    label: 'Speed',
    options: { full: 'As fast as it goes', ten: '10 steps a second', two: '2 steps a second' },
    initial: 'full',
    formula: 'one step: the critic, then the generator',
    api: 'training.trainDdgan',
  },
  t: {
    kind: 'number',
    ...{ label: 'Step t looked at', min: 1, max: 200, step: 1, initial: 2 },
    formula: 'q(x_t−1 | x_t) ∝ q(x_t | x_t−1) q(x_t−1)',
    api: 'objectives.samplePosterior',
  },
  x: {
    kind: 'number',
    ...{ label: 'x_t to the right', min: -2.5, max: 2.5, step: 0.05, initial: 0.35 },
    formula: 'in standard deviations of x_t',
    api: 'objectives.qSample',
  },
  y: {
    kind: 'number',
    ...{ label: 'x_t upwards', min: -2.5, max: 2.5, step: 0.05, initial: 0.35 },
    formula: 'or point at the plane of one step back',
    api: 'objectives.qSample',
  },
  heat: {
    kind: 'choice',
    ...{ label: 'Critic’s logit', options: shown, initial: 'on' },
    formula: 'V(x_t−1, x_t, t): larger is more real',
    api: 'unet.mlpCritic',
  },
  exact: {
    kind: 'choice',
    ...{ label: 'Exact q(x_t−1|x_t)', options: shown, initial: 'on' },
    formula: 'of many modes where steps are large',
    api: 'schedule.posteriorBetween',
  },
  arrows: {
    kind: 'choice',
    ...{ label: 'Generator’s gradient', options: shown, initial: 'on' },
    formula: '−∂L_G/∂x_t−1',
    api: 'fgan-losses.adversarialLoss',
  },
  ways: {
    kind: 'choice',
    ...{ label: 'Ways x_T → x_0', options: shown, initial: 'off' },
    formula: 'each x_t in its standard deviations',
    api: 'samplers.ddganSampler',
  },
  compare: {
    kind: 'choice',
    ...{ label: 'Two side by side', options: { on: 'two', off: 'one' }, initial: 'off' },
    formula: 'of one seed: the same data, the same noise',
    api: 'ops.foldIn',
  },
} as const satisfies Record<string, Field>;

/** How trainings are run and looked at. */
export type LookSettings = Settings<typeof lookFields>;

/** Steps a second by the name of a speed. */
export const speeds: Readonly<Record<LookSettings['speed'], number>> = { full: 1e6, ten: 10, two: 2 };
