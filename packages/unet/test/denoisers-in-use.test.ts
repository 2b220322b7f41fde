import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gammaNetwork, vdmLoss } from '@diffgan/objectives';
import { key, normal } from '@diffgan/ops';
import {
  classifierFreeGuidance,
  classifierGuidance,
  ddganSampler,
  ddimSampler,
  ddpmSampler,
  heunSampler,
  run,
  vdmSampler,
} from '@diffgan/samplers';
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

test('samplers refuse labels that a network was not made for, with guidance, too', async () => {
  const schedule = vpSchedule(3);
  const denoiser = mlpDenoiser(configs.toldMlpDenoiser); // three classes and none
  const generator = mlpGenerator(configs.toldMlpGenerator); // three classes
  const classifier = noiseClassifier(configs.classifier);
  const classes = classifier.outputs[0].shape[1]!;
  const guided = classifierFreeGuidance(denoiser, { w: 1, nullCond: 3 });
  const byClassifier = classifierGuidance((xt: tf.Tensor) => tf.mul(xt, 0.5), classifier, { w: 1, schedule });
  const points = [4, 2];
  const cases = [
    [4, (cond: tf.Tensor) => ddpmSampler(denoiser, schedule, { shape: points, cond })],
    [4, (cond: tf.Tensor) => ddimSampler(guided, schedule, { shape: points, cond })],
    [3, (cond: tf.Tensor) => ddganSampler(generator, schedule, { shape: points, cond })],
    [classes, (cond: tf.Tensor) => ddimSampler(byClassifier, schedule, { shape: [4, 4, 8, 2], cond })],
  ] as const;
  for (const [labels, sample] of cases) {
    for (const wrong of [99, -1, labels]) {
      const cond = tf.tensor1d([0, 1, 2, wrong], 'int32');
      const message = new RegExp(`cond\\[3\\] is ${wrong}; .* takes labels from 0 to ${labels - 1}`);
      await expect(run(sample(cond))).rejects.toThrow(message);
      cond.dispose();
    }
    const cond = tf.tensor1d([0, 1, 2, labels - 1], 'int32');
    (await run(sample(cond))).dispose();
    cond.dispose();
  }
  [denoiser, generator, classifier].forEach((model) => model.dispose());
});

test.each([NaN, Infinity])('a weight that is %s ends every chain with the name of the network', async (wrong) => {
  const schedule = vpSchedule(3);
  const [denoiser, generator] = [mlpDenoiser(configs.mlpDenoiser), mlpGenerator(configs.mlpGenerator)];
  for (const model of [denoiser, generator]) {
    randomiseWeights(model, key(1));
    const [first] = model.trainableWeights;
    const spoiled = tf.tidy(() => tf.add(first.read(), tf.mul(wrong, tf.ones(first.shape as number[]))));
    (first.read() as tf.Variable).assign(spoiled);
    spoiled.dispose();
  }
  const chains = [
    ddimSampler(denoiser, schedule, { shape: [2, 2] }),
    heunSampler(denoiser, schedule, { shape: [2, 2] }),
    ddganSampler(generator, schedule, { shape: [2, 2] }),
  ];
  for (const chain of chains)
    await expect(run(chain)).rejects.toMatchObject({
      name: 'NotFiniteError',
      step: 3,
      network: expect.stringMatching(/^mlp-/) as string,
    });
  [denoiser, generator].forEach((model) => model.dispose());
});
