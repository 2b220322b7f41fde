import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { edmDenoiser } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { heunSampler, run } from '@diffgan/samplers';
import { edmSchedule } from '@diffgan/schedule';
import { setParameters, trainDdpm } from '@diffgan/training';
import { mlpDenoiser } from '@diffgan/unet';
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

test(
  'a denoiser in the form of EDM comes to draw three clouds, one as often as the other',
  { timeout: 300_000 },
  async () => {
    const edm = { sigmaData: 0.7 };
    const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [64, 64], timeWidth: 16 });
    const options = { data: clouds(3000), steps: 800, batch: 128, learningRate: 3e-3, emaDecay: 0.99 };
    const losses: number[] = [];
    const { averages } = await run(trainDdpm(model, edmSchedule(), { ...options, predicts: 'edm', edm }), (event) => {
      if (event.type === 'step') losses.push(event.losses.denoiser);
    });
    // The network starts at zero, whose loss is the variance of the target at any level: 256 numbers of mean square 1.
    expect(Math.abs(losses[0] - 1)).toBeLessThan(5 * Math.sqrt(2 / 256));
    setParameters(model, averages.denoiser);
    tf.dispose(averages);
    const drawing = { shape: [3000, 2], predicts: 'x0', clip: false, key: key(1) } as const;
    const samples = await run(heunSampler(edmDenoiser(model, edm), edmSchedule(18), drawing));
    const points = await samples.data();
    samples.dispose();
    model.dispose();
    const centres = [0, 1, 2].map((i) => [Math.cos((2 * Math.PI * i) / 3), Math.sin((2 * Math.PI * i) / 3)]);
    const counts = [0, 0, 0];
    let near = 0;
    for (let n = 0; n < 3000; n++) {
      const distances = centres.map(([x, y]) => Math.hypot(points[2 * n] - x, points[2 * n + 1] - y));
      const nearest = Math.min(...distances);
      counts[distances.indexOf(nearest)]++;
      if (nearest < 0.2) near++;
    }
    const kl = counts.reduce((sum, count) => sum + (count / 3000) * Math.log(count / 1000), 0);
    // Draws of equal chances have (3 − 1)/(2 · 3000) = 0.0003 on average.
    expect(kl).toBeLessThan(0.005);
    // Four standard deviations of a cloud; of the broad Gaussian that the network draws at first, a fifth.
    expect(near / 3000).toBeGreaterThan(0.7);
  },
);
