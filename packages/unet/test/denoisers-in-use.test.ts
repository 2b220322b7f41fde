import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gammaNetwork, vdmLoss } from '@diffgan/objectives';
import { key, normal } from '@diffgan/ops';
import { classifierGuidance, ddganSampler, ddimSampler, run, vdmSampler } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { mlpDenoiser, mlpGenerator, noiseClassifier, vdmDenoiser } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights } from './weights.ts';

const finite = async (tensor: tf.Tensor) => expect((await tensor.data()).every(Number.isFinite)).toBe(true);

test.each(['linear', 'monotone'] as const)(
  'vdmDenoiser learns together with a %s gammaNetwork, and samples with it',
  async (kind) => {
    const model = vdmDenoiser(configs.vdm);
    randomiseWeights(model, key(1), 0.2);
    const gamma = gammaNetwork({ kind, hidden: 8 });
    const x0 = tf.tidy(() => tf.clipByValue(normal(key(2), [2, 4, 4, 1]), -1, 1));
    const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const loss = (): tf.Scalar => {
      const { prior, reconstruction, diffusion } = vdmLoss(model, gamma, x0, { key: key(3), levels: 4 });
      return tf.mean(tf.add(tf.add(prior, reconstruction), diffusion));
    };
    const { value, grads } = tf.tidy(() => tf.variableGrads(loss, [...weights, ...gamma.variables]));
    for (const { name } of [...weights, ...gamma.variables]) await finite(grads[name]);
    const moved = await Promise.all(
      gamma.variables.map(async ({ name }) => (await grads[name].data()).some((g) => g !== 0)),
    );
    expect(moved.every(Boolean)).toBe(true);
    const samples = await run(
      vdmSampler(model, await gamma.toFunction(), { shape: [2, 4, 4, 1], steps: 2, key: key(4) }),
    );
    expect(samples.shape).toEqual([2, 4, 4, 1]);
    await finite(samples);
    tf.dispose([x0, value, grads, samples]);
    gamma.dispose();
    model.dispose();
  },
);

test('noiseClassifier guides, mlpDenoiser denoises and mlpGenerator draws', async () => {
  const schedule = vpSchedule(3);
  const classifier = noiseClassifier(configs.classifier);
  randomiseWeights(classifier, key(1));
  const guided = classifierGuidance((xt: tf.Tensor) => tf.mul(xt, 0.5), classifier, { w: 2, schedule });
  const cond = tf.tensor1d([0, 2], 'int32');
  const images = await run(ddimSampler(guided, schedule, { shape: [2, 4, 8, 2], cond, key: key(2) }));
  const [denoiser, generator] = [mlpDenoiser(configs.mlpDenoiser), mlpGenerator(configs.mlpGenerator)];
  const points = [
    await run(ddimSampler(denoiser, schedule, { shape: [5, 2], key: key(3) })),
    await run(ddganSampler(generator, schedule, { shape: [5, 2], latentDim: 3, key: key(3) })),
  ];
  for (const samples of [images, ...points]) await finite(samples);
  expect(points.map(({ shape }) => shape)).toEqual([
    [5, 2],
    [5, 2],
  ]);
  tf.dispose([cond, images, points]);
  [classifier, denoiser, generator].forEach((model) => model.dispose());
});
