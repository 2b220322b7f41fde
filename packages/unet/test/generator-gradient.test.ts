import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import { createModel, type ModelConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import { nameOf, randomiseWeights, readWeights, writeWeights } from './weights.ts';

// A step of 0.01 along a unit vector: rounding gives an error of about 1e-6/0.01, curvature one of 1e-4 times the third derivative.
const length = 0.01;
const networks: Record<string, { config: ModelConfig; latent: () => tf.Tensor[] }> = {
  'ddpm-unet': { config: configs.denoiser, latent: () => [] },
  'ddgan-generator': { config: configs.generator, latent: () => [normal(key(3), [2, 3])] },
  'ddgan-generator with the latent everywhere and filtered resampling': {
    config: { ...configs.generator, latentNorms: 'both', resampling: 'fir' },
    latent: () => [normal(key(3), [2, 3])],
  },
};

test.each(Object.entries(networks))('the gradient of %s agrees with finite differences', async (_, network) => {
  const model = createModel(network.config);
  randomiseWeights(model, key(1));
  const weights = await readWeights(model);
  const loss = (): tf.Scalar =>
    tf.mean(
      tf.mul(
        callModel(model, [normal(key(2), [2, 8, 8, 1]), ...network.latent(), tf.tensor1d([0, 2])]),
        normal(key(4), [2, 8, 8, 1]),
      ),
    );
  const valueAt = async (direction: Record<string, ArrayLike<number>>, step: number): Promise<number> => {
    writeWeights(model, weights, { direction, length: step });
    const value = tf.tidy(loss);
    const [number] = await value.data();
    value.dispose();
    return number;
  };

  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.tidy(() => tf.variableGrads(loss, variables));
  const gradient: Record<string, Float32Array> = {};
  for (const [i, weight] of model.trainableWeights.entries())
    gradient[nameOf(weight)] = (await grads[variables[i].name].data()) as Float32Array;
  const norm = Math.hypot(...Object.values(gradient).map((g) => Math.hypot(...g)));
  const along = Object.fromEntries(Object.entries(gradient).map(([name, g]) => [name, g.map((v) => v / norm)]));

  const slope = ((await valueAt(along, length)) - (await valueAt(along, -length))) / (2 * length);
  expect([slope]).toBeAllClose([norm], { rtol: 1e-2, atol: 0 });
  tf.dispose([value, grads]);
  model.dispose();
});
