import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { edmDenoiser, edmLoss, edmPreconditioning } from '@diffgan/objectives';
import { key, normal, split, tanh } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';

const blank = (x: tf.Tensor) => tf.zerosLike(x);

describe('edmPreconditioning', () => {
  test.each([
    // c_skip, c_out, c_in and c_noise by hand: √4.25 = 2.0615528128, √6401 = 80.0062497559
    [0.5, 0.5, [0.5, 0.3535533906, 1.4142135624, -0.1732867951]],
    [2, 0.5, [0.0588235294, 0.4850712501, 0.4850712501, 0.1732867951]],
    [80, 1, [0.00015622559, 0.999921884, 0.01249902355, 1.0955066587]],
    [0.002, 0.5, [0.9999840003, 0.001999984, 1.9999840002, -1.5536520246]],
  ])('has the factors of table 1 at σ = %d, σ_data = %d', async (level, sigmaData, expected) => {
    const found = await valuesOf(() => {
      const c = edmPreconditioning(tf.tensor1d([level]), { sigmaData });
      return tf.concat([c.skip, c.out, c.in, c.noise]);
    });
    expect(found).toBeAllClose(expected, { rtol: 1e-6, atol: 1e-9 });
  });

  test.each([0, -1, NaN, Infinity])('refuses data of standard deviation %d', (sigmaData) => {
    const sigma = tf.tensor1d([1]);
    expect(() => edmPreconditioning(sigma, { sigmaData })).toThrow(/edmPreconditioning: sigmaData is/);
    expect(() => edmDenoiser(blank, { sigmaData })).toThrow(/edmDenoiser: sigmaData is/);
    sigma.dispose();
  });
});

describe('edmLoss', () => {
  const levels = [0.002, 0.05, 0.3, 1, 80];

  test('gives input and target variance 1 at every level, for data of standard deviation σ_data', async () => {
    const size = 20_000;
    const inputs: tf.Tensor[] = [];
    const loss = await valuesOf(() => {
      const [ofData, ofNoise] = split(key(5), 2);
      const x0 = tf.mul(0.8, normal(ofData, [levels.length, size]));
      const watched = (x: tf.Tensor) => {
        inputs.push(tf.keep(tf.mean(tf.square(x), 1)));
        return blank(x);
      };
      return edmLoss(watched, x0, { sigma: tf.tensor1d(levels), key: ofNoise, sigmaData: 0.8 });
    });
    // Five standard errors of a mean of squares.
    const near = { rtol: 0, atol: 5 * Math.sqrt(2 / size) };
    expect(loss).toBeAllClose(
      levels.map(() => 1),
      near,
    );
    expect(await inputs[0].data()).toBeAllClose(
      levels.map(() => 1),
      near,
    );
    inputs[0].dispose();
  });

  test('is the error of edmDenoiser, weighed by (σ² + σ_data²)/(σ σ_data)²', async () => {
    const sigmas = [0.05, 0.3, 1, 5];
    const sigmaData = 0.7;
    const network = (x: tf.Tensor, position: tf.Tensor) => tanh(tf.add(x, tf.reshape(position, [-1, 1])));
    const of = () => {
      const [ofData, ofNoise] = split(key(6), 2);
      return { x0: normal(ofData, [4, 30]), noise: normal(ofNoise, [4, 30]), sigma: tf.tensor1d(sigmas) };
    };
    const loss = await valuesOf(() => {
      const { x0, ...drawn } = of();
      return edmLoss(network, x0, { ...drawn, sigmaData });
    });
    const errors = await valuesOf(() => {
      const { x0, noise, sigma } = of();
      const column = tf.reshape(sigma, [-1, 1]);
      const xt = tf.div(tf.add(x0, tf.mul(column, noise)), tf.sqrt(tf.add(1, tf.square(column))));
      const denoised = edmDenoiser(network, { sigmaData })(xt, tf.mul(0.25, tf.log(sigma)));
      return tf.mean(tf.square(tf.sub(denoised, x0)), 1);
    });
    const weighed = sigmas.map((s, i) => ((s ** 2 + sigmaData ** 2) / (s * sigmaData) ** 2) * errors[i]);
    // At σ = 0.05 the error of x̂_0 is a twentieth of numbers near 1, whose roundings are 6e-8 each.
    expect(loss).toBeAllClose(weighed, { rtol: 1e-4 });
  });

  test('refuses levels for other examples, and outputs of another shape', () => {
    const x0 = tf.zeros([2, 3]);
    const sigma = tf.tensor1d([1, 1]);
    const three = tf.tensor1d([1, 1, 1]);
    expect(() => edmLoss(blank, x0, { sigma: three })).toThrow(/sigma has 3 values for 2 examples/);
    expect(() => edmLoss(() => tf.zeros([2, 6]), x0, { sigma })).toThrow(/the output has shape \[2,6\]/);
    tf.dispose([x0, sigma, three]);
  });
});

test('edmDenoiser of a network that knows nothing is the denoiser of a Gaussian', async () => {
  const sigma = 1.5;
  const denoised = await valuesOf(() => {
    const xt = tf.tensor2d([[0.3, -0.9]]);
    return edmDenoiser(blank)(xt, tf.tensor1d([Math.log(sigma) / 4]));
  });
  // E[x_0 | x] = σ_d²/(σ² + σ_d²) x, of which x = x_t √(1 + σ²)
  const gain = (0.25 / (sigma ** 2 + 0.25)) * Math.sqrt(1 + sigma ** 2);
  expect(denoised).toBeAllClose([0.3 * gain, -0.9 * gain], { rtol: 1e-5 });
});
