import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { scheduleFromBetas } from '@diffgan/schedule';
import { valuesOf } from '../../../test/values-of.ts';
import { distillationGradient } from '../src/distillation.ts';

/** Derivatives of D_f(N(0, 1) ‖ N(θ, s²)) by θ and s at θ = 0.7, s = 1.1. */
const closedForms = {
  js2: [0.2826412, -0.0331893],
  hellinger2: [0.2989841, -0.0226298],
  kl: [0.5785124, -0.2103681],
  rkl: [0.7, 0.1909091],
  pearson: [1.4136538, -1.1475756],
  neyman: [3.3702898, 4.2041359],
  jeffreys: [1.2785124, -0.0194591],
} as const;

const [theta, s] = [0.7, 1.1];
/** The least noise: what diffusion makes of the two densities is within 1e-6 of them. */
const schedule = scheduleFromBetas([1e-6, 0.5]);
const sigma = 1e-3;
const step = 16 / 400;
/** Latents on a grid, which with their densities integrate smooth functions to rounding. */
const z = Array.from({ length: 401 }, (_, i) => -8 + i * step);
const density = z.map((value) => (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * step);
const x = z.map((value) => theta + s * value);
const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);

async function gradients(divergence: keyof typeof closedForms): Promise<[number, number]> {
  const values = await valuesOf(() =>
    distillationGradient(
      {
        xs: column(x),
        x0: column(x),
        s: tf.ones([x.length], 'int32'),
        teacher: column(x.map((value) => sigma * value)), // ε̂ = −σ ∇log q
        fake: column(x.map((value) => (sigma * (value - theta)) / s ** 2)),
        logits: tf.tensor1d(x.map((value, i) => -(value ** 2) / 2 + z[i] ** 2 / 2 + Math.log(s))),
      },
      { schedule, predicts: 'eps', divergence, weighting: 'none', bins: 0 },
    ),
  );
  const sum = (by: readonly number[]) => by.reduce((total, value, i) => total + value * density[i] * values[i], 0);
  return [sum(z.map(() => 1)), sum(z)];
}

describe('the gradient of a distillation', () => {
  test.each(Object.keys(closedForms) as (keyof typeof closedForms)[])('is the closed form for %s', async (name) => {
    const found = await gradients(name);
    closedForms[name].forEach((wanted, i) => expect(Math.abs(found[i] - wanted)).toBeLessThan(1e-4));
  });

  test('weighed by the error, pulls towards the teacher in units of its error', async () => {
    const [x0, ofTeacher, ofFake] = [0.5, 0.1, 0.3];
    const [signal, noise] = [schedule.alphaBar[1], schedule.oneMinusAlphaBar[1]].map(Math.sqrt);
    const xs = signal * x0 + noise * 0.2;
    const [pull] = await valuesOf(() =>
      distillationGradient(
        {
          ...{ xs: tf.tensor2d([[xs]]), x0: tf.tensor2d([[x0]]), s: tf.tensor1d([2], 'int32') },
          ...{ teacher: tf.tensor2d([[ofTeacher]]), fake: tf.tensor2d([[ofFake]]) },
        },
        { schedule, predicts: 'x0', divergence: 'rkl', weighting: 'error', bins: 1 },
      ),
    );
    // √(1 − ᾱ)(ε̂_T − ε̂_f) = √ᾱ (x̂0_f − x̂0_T), over |x0 − x̂0_T|
    expect(pull).toBeCloseTo((signal * (ofFake - ofTeacher)) / (x0 - ofTeacher), 5);
  });
});
