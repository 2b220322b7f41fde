import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { trainDdgan, type TrainDdganOptions } from '@diffgan/training';
import { Affine, clouds, planeGame, planeNetwork } from './plane.ts';
import type { StepEvent } from './play.ts';

type Networks = ReturnType<typeof planeGame>;

async function stepsOf(networks: Networks, options: Partial<TrainDdganOptions>): Promise<StepEvent[]> {
  const steps: StepEvent[] = [];
  const all = { data: clouds(), steps: 3, batch: 8, key: key(3), ...options };
  const { averages } = await run(trainDdgan(networks, vpSchedule(4), all), (event) => {
    if (event.type === 'step') steps.push(event);
  });
  tf.dispose(averages);
  Object.values(networks).forEach((network) => network.dispose());
  return steps;
}

/** Adds to every logit. */
function lift({ critic }: Networks, by: number): void {
  const weights = critic.getWeights();
  const bias = tf.add(weights.at(-1)!, by);
  critic.setWeights([...weights.slice(0, -1), bias]);
  bias.dispose();
}

test.each(['gan', 'hinge', 'lsgan'] as const)(
  'pairs of %s: a constant added to the critic changes nothing',
  async (name) => {
    const options = { loss: { name, relativistic: true }, r1: { gamma: 0.1 }, r2: { gamma: 0.1 } };
    const lifted = planeGame();
    lift(lifted, 2);
    const [plain, other] = [await stepsOf(planeGame(), options), await stepsOf(lifted, options)];
    // Logits near 2 round at 2^-23 of it, losses and norms to about 1e-6 of their size.
    expect(other[0].losses.critic).toBeCloseTo(plain[0].losses.critic, 5);
    expect(other[0].losses.generator).toBeCloseTo(plain[0].losses.generator, 5);
    for (const norm of ['critic.gradientNorm', 'generator.gradientNorm'])
      expect([other[0].measures[norm]]).toBeAllClose([plain[0].measures[norm]], { rtol: 1e-4 });
    expect(other[0].measures['critic.real'] - plain[0].measures['critic.real']).toBeCloseTo(2, 5);
  },
);

/** V = a·x_{t−1}, whose slope is a everywhere. */
function linearCritic(a: number[]) {
  const [xPrev, xt, position] = [input({ shape: [2] }), input({ shape: [2] }), input({ shape: [] })];
  const slope = new Affine(1, false);
  const logit = layers.reshape({ targetShape: [] }).apply(slope.apply(xPrev)) as SymbolicTensor;
  const critic = model({ inputs: [xPrev, xt, position], outputs: logit });
  const weights = [tf.tensor2d(a, [2, 1]), tf.zeros([1])];
  critic.setWeights(weights);
  tf.dispose(weights);
  return critic;
}

test('R1, R2 and both add γ/2 times the squared slope of the critic, each when it is due', async () => {
  const penaltiesWith = async (options: Partial<TrainDdganOptions>) => {
    const generator = planeNetwork([[2], [2], []], 2, { scale: 0.4 });
    const learningRate = { generator: 0, critic: 0 };
    const all = { learningRate, finalLearningRate: 0, ...options };
    const steps = await stepsOf({ generator, critic: linearCritic([0.6, -0.8]) }, all);
    return steps.map(({ measures }) => measures['critic.penalty'] as number | undefined);
  };
  const none = undefined;
  const near = (value: number): unknown => expect.closeTo(value, 6);
  const [r1, r2] = [
    { gamma: 0.5, every: 2 },
    { gamma: 3, every: 1 },
  ];
  expect(await penaltiesWith({ r1: { gamma: 0 } })).toEqual([none, none, none]);
  expect(await penaltiesWith({ r1 })).toEqual([near(0.25), none, near(0.25)]);
  expect(await penaltiesWith({ r1: { gamma: 0 }, r2 })).toEqual([near(1.5), near(1.5), near(1.5)]);
  expect(await penaltiesWith({ r1, r2 })).toEqual([near(1.75), near(1.5), near(1.75)]);
});
