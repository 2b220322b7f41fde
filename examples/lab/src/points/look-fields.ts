import { choice, number, toggle } from '../page/field-makers.ts';
import type { Field, Settings } from '../page/fields.ts';

const speedNames = { full: 'As fast as it goes', ten: '10 steps a second', two: '2 steps a second' };

/** What can be chosen about how trainings are run and looked at. */
export const lookFields = {
  seed: number('Seed', 0, [0, 4294967295, 1], 'all randomness is a function of key(seed)', 'ops.key'),
  speed: choice('Speed', speedNames, 'one step: the critic, then the generator', 'training.trainDdgan'),
  t: number(
    'Step t looked at',
    2,
    [1, 200, 1],
    'q(x_t−1 | x_t) ∝ q(x_t | x_t−1) q(x_t−1)',
    'objectives.samplePosterior',
  ),
  x: number('x_t to the right', 0.35, [-2.5, 2.5, 0.05], 'in standard deviations of x_t', 'objectives.qSample'),
  y: number('x_t upwards', 0.35, [-2.5, 2.5, 0.05], 'or point at the plane of one step back', 'objectives.qSample'),
  heat: toggle('Critic’s logit', 'on', 'V(x_t−1, x_t, t): larger is more real', 'unet.mlpCritic'),
  exact: toggle('Exact q(x_t−1|x_t)', 'on', 'of many modes where steps are large', 'schedule.posteriorBetween'),
  arrows: toggle('Generator’s gradient', 'on', '−∂L_G/∂x_t−1', 'fgan-losses.adversarialLoss'),
  ways: toggle('Ways x_T → x_0', 'off', 'each x_t in its standard deviations', 'samplers.ddganSampler'),
  compare: toggle('Two side by side', 'off', 'of one seed: the same data, the same noise', 'ops.foldIn'),
} as const satisfies Record<string, Field>;

/** How trainings are run and looked at. */
export type LookSettings = Settings<typeof lookFields>;

/** Steps a second by the name of a speed. */
export const speeds: Readonly<Record<LookSettings['speed'], number>> = { full: 1e6, ten: 10, two: 2 };
