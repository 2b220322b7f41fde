import * as tf from '@tensorflow/tfjs-core';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { initializers, input, layers, model } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { trainDdgan, type TrainDdganOptions } from '@diffgan/training';
import { clouds } from './plane.ts';
import { playDdgan } from './play.ts';

// Networks that show what they are given: the generator adds up a weighted choice of its inputs, and the critic's logit is the sum of the
// coordinates of one of its inputs. The mean logits of a step then say what the critic saw.

/** Picks one input by a weight of 1 and leaves the others out by weights of 0. */
class Pick extends layers.Layer {
  static readonly className = 'TestPick';
  constructor(
    readonly pick: (inputs: tf.Tensor[], one: tf.Tensor) => tf.Tensor,
    readonly shape: (number | null)[],
  ) {
    super({});
  }

  #one?: ReturnType<Pick['addWeight']>;

  override build(): void {
    this.#one = this.addWeight('one', [1], 'float32', initializers.ones());
    this.built = true;
  }

  override computeOutputShape(): (number | null)[] {
    return this.shape;
  }

  override call(inputs: tf.Tensor[]): tf.Tensor {
    return this.pick(inputs, this.#one!.read());
  }
}

const networkOf = (shapes: number[][], pick: Pick) => {
  const inputs = shapes.map((shape) => input({ shape }));
  return model({ inputs, outputs: pick.apply(inputs) as SymbolicTensor });
};

/** Mean logits of real and fake when the generator says `made` and the critic looks at its input `seen`. */
async function logits(
  options: Partial<TrainDdganOptions>,
  made: (xt: tf.Tensor, z: tf.Tensor, position: tf.Tensor) => tf.Tensor,
  seen: (xPrev: tf.Tensor, xt: tf.Tensor, position: tf.Tensor) => tf.Tensor,
) {
  const generator = networkOf(
    [[2], [2], []],
    new Pick(([xt, z, position], one) => tf.mul(one, made(xt, z, position)), [null, 2]),
  );
  const critic = networkOf(
    [[2], [2], []],
    new Pick(([xPrev, xt, position], one) => tf.mul(one, seen(xPrev, xt, position)), [null]),
  );
  const rates = { learningRate: { generator: 0, critic: 0 }, finalLearningRate: 0, r1: { gamma: 0, every: 1 } };
  const all = { data: clouds(960), steps: 1, batch: 960, key: key(1), ...rates, ...options };
  let found = { real: NaN, fake: NaN };
  const { averages } = await run(trainDdgan({ generator, critic }, vpSchedule(4), all), (event) => {
    if (event.type === 'step') found = { real: event.measures['critic.real'], fake: event.measures['critic.fake'] };
  });
  tf.dispose(averages);
  generator.dispose();
  critic.dispose();
  return found;
}

const squared = (x: tf.Tensor) => tf.sum(tf.square(x), 1);
const same = (xt: tf.Tensor) => xt;
const zero = (xt: tf.Tensor) => tf.zerosLike(xt);
// The clouds have E‖x0‖² = 1 + 2·0.05² = 1.005; means of 960 squares of two normal numbers are right to 0.07 (one standard deviation).

test('without ablation the critic sees draws of x_{t−1}, of E‖x_{t−1}‖² = ᾱ_{t−1}·1.005 + 2(1 − ᾱ_{t−1})', async () => {
  const { alphaBarPrev } = vpSchedule(4);
  const wanted = alphaBarPrev.reduce((sum, a) => sum + (1.005 * a + 2 * (1 - a)) / 4, 0);
  const { real, fake } = await logits({}, zero, squared);
  expect(Math.abs(real - wanted)).toBeLessThan(0.3);
  expect(fake).not.toBe(0);
});

test('directDenoising: the critic sees x0 and x̂0 themselves', async () => {
  const { real, fake } = await logits({ directDenoising: true }, zero, squared);
  expect([real]).toBeAllClose([1.005], { atol: 0.01 });
  expect(fake).toBe(0);
});

test('noiseGeneration: a generator that says 0 has x̂0 = x_t/√ᾱ_t', async () => {
  const { alphaBar } = vpSchedule(4);
  const wanted = alphaBar.reduce((sum, a) => sum + (1.005 * a + 2 * (1 - a)) / a / 4, 0);
  // directDenoising shows x̂0; nearly all of it comes from t = 4, a quarter of the batch: 240 squares.
  const { real, fake } = await logits({ directDenoising: true, noiseGeneration: true }, zero, squared);
  expect([real]).toBeAllClose([1.005], { atol: 0.01 });
  expect(fake / wanted).toBeGreaterThan(0.6);
  expect(fake / wanted).toBeLessThan(1.4);
});

test('noLatent: z is 0', async () => {
  const z = (_: tf.Tensor, latent: tf.Tensor) => latent;
  expect((await logits({ directDenoising: true }, z, squared)).fake).toBeGreaterThan(1.5);
  expect((await logits({ directDenoising: true, noLatent: true }, z, squared)).fake).toBe(0);
});

test('oneShotAug: x̂0 comes from noise at t = T, and the critic sees diffused data without x_t', async () => {
  const position = (xt: tf.Tensor, _: tf.Tensor, at: tf.Tensor) => tf.mul(tf.onesLike(xt), tf.reshape(at, [-1, 1]));
  // nothing of x_{t−1}, but a path for gradients
  const given = (xPrev: tf.Tensor, xt: tf.Tensor) => tf.add(squared(xt), tf.mul(0, squared(xPrev)));
  const nothing = await logits({ oneShotAug: true }, same, given);
  expect(nothing).toEqual({ real: 0, fake: 0 });
  // x̂0 = x_t is N(0, I), and stays so when it is diffused.
  const { fake } = await logits({ oneShotAug: true }, same, squared);
  expect(Math.abs(fake - 2)).toBeLessThan(0.3);
  // The position is T − 1 = 3 in both coordinates; diffusing it to t − 1 leaves ᾱ_{t−1}·18 + 2(1 − ᾱ_{t−1}).
  const wanted = vpSchedule(4).alphaBarPrev.reduce((sum, a) => sum + (18 * a + 2 * (1 - a)) / 4, 0);
  const told = await logits({ oneShotAug: true }, position, squared);
  expect(Math.abs(told.fake - wanted)).toBeLessThan(0.1 * wanted);
  const { error } = await playDdgan()({ oneShotAug: true, noiseGeneration: true });
  expect((error as Error).message).toMatch(/choose one of them/);
});
