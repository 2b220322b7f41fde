import { expect, test } from 'vitest';
import { clouds } from './plane.ts';
import { playClassifier, playVdm, type StepEvent } from './play.ts';

const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
const meanOf = (steps: StepEvent[], what: (step: StepEvent) => number) => mean(steps.map(what));

test('a variational model: the bound falls, and a learned interior of γ has less variance', async () => {
  const ends = { gamma0: -6, gamma1: 3, learnEndPoints: false };
  const options = { data: clouds(960), steps: 600, batch: 64, learningRate: { denoiser: 1e-2, gamma: 1e-2 } };
  const fixed = await playVdm({ kind: 'linear', ...ends })(options);
  const learned = await playVdm({ hidden: 16, ...ends })(options);
  const bound = ({ losses }: StepEvent) => losses.bound;
  const variance = ({ measures }: StepEvent) => measures['diffusion.variance'];
  expect(meanOf(fixed.steps.slice(-100), bound)).toBeLessThan(meanOf(fixed.steps.slice(0, 20), bound) - 0.5);
  expect(meanOf(learned.steps.slice(-200), variance)).toBeLessThan(0.9 * meanOf(fixed.steps.slice(-200), variance));
  // Its end points are the same, so the bounds are of the same thing.
  expect(Math.abs(meanOf(learned.steps.slice(-200), bound) - meanOf(fixed.steps.slice(-200), bound))).toBeLessThan(0.3);
});

test('a classifier of three clouds comes to know them through the noise', async () => {
  const { steps } = await playClassifier({ data: clouds(960), steps: 300, batch: 64 });
  const accuracy = ({ measures }: StepEvent) => measures.accuracy;
  expect(Math.abs(meanOf(steps.slice(0, 3), accuracy) - 1 / 3)).toBeLessThan(0.2);
  // Steps 3 and 4 leave nothing to see and step 2 little: the best that is possible lies near a half.
  expect(meanOf(steps.slice(-50), accuracy)).toBeGreaterThan(0.43);
});
