import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { callModel, foldIn, key, normal } from '@diffgan/ops';
import { compile, type CompileFunctionOptions, compileTrainStep, type EngineName } from '@diffgan/runtime';
import { ddganDiscriminator, ddganGenerator, ddpmUnet, presets } from '@diffgan/unet';

const { generator: g, discriminator: d, denoiser } = presets['fashion-mnist-tiny'];
const attentive = { ...denoiser, attentionResolutions: [14] };

/** Weights away from their initial values, which leave out whole branches: some are 0. */
function stir(model: LayersModel): LayersModel {
  model.trainableWeights.forEach((weight, i) => {
    const variable = weight.read();
    const moved = tf.tidy(() => tf.add(variable, tf.mul(0.05, normal(foldIn(key(5), i), variable.shape))));
    (variable as tf.Variable).assign(moved);
    moved.dispose();
  });
  return model;
}

const variablesOf = (model: LayersModel) => model.trainableWeights.map((weight) => weight.read() as tf.Variable);
const image = (seed: number) => normal(key(seed), [4, 28, 28, 1]);
const largest = (values: ArrayLike<number>) => Array.from(values).reduce((max, v) => Math.max(max, Math.abs(v)), 0);

/** Values and gradients by all weights as one list, in the order of the variables. */
function withGradients(loss: () => tf.Tensor, variables: tf.Variable[]): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(loss()), variables);
  return [value, ...variables.map((variable) => grads[variable.name])];
}

async function expectSame(
  f: (...x: tf.Tensor[]) => tf.Tensor[],
  inputs: tf.Tensor[],
  options: CompileFunctionOptions,
): Promise<void> {
  const compiled = compile(f, options);
  const [expected, actual] = [tf.tidy(() => f(...inputs)), compiled(...inputs)];
  const wanted = await Promise.all(expected.map((tensor) => tensor.data()));
  // Sums over the batch and the image cancel, so errors are in proportion to the largest value; where a gradient is 0 in theory, such as
  // that of a bias before a normalisation, to the largest of all.
  const all = Math.max(...wanted.map(largest));
  for (const [i, want] of wanted.entries())
    expect(await actual[i].data()).toBeAllClose(want, { rtol: 1e-5, atol: 1e-5 * largest(want) + 1e-7 * all });
  compiled.dispose();
  tf.dispose([expected, actual]);
}

/** The kernels of the op library, which are taken away where the graph of a machine without a compiler is tested. */
const fusedKernels = () =>
  tf.getKernelsForBackend('tensorflow').filter(({ kernelName }) => /^Diffgan/.test(kernelName));

describe.each<{ engine: EngineName; fused: boolean }>([
  { engine: 'addon', fused: true },
  { engine: 'addon', fused: false },
  { engine: 'binding', fused: false },
])('networks as graphs of the $engine, fused kernels: $fused', ({ engine, fused }) => {
  let models: Record<'unet' | 'generator' | 'critic', LayersModel>;
  let removed: tf.KernelConfig[] = [];
  beforeAll(() => {
    models = {
      unet: stir(ddpmUnet(attentive)),
      generator: stir(ddganGenerator(g)),
      critic: stir(ddganDiscriminator(d)),
    };
    if (!fused) removed = fusedKernels();
    for (const { kernelName } of removed) tf.unregisterKernel(kernelName, 'tensorflow');
  });
  afterAll(() => {
    for (const kernel of removed) tf.registerKernel(kernel);
    for (const model of Object.values(models)) model.dispose();
  });

  const t = () => tf.tensor1d([0, 3, 1, 2]);
  const z = () => normal(key(8), [4, g.latentDim]);

  it.each(['fed', 'constant'] as const)('draw what they draw eagerly, weights %s', async (variables) => {
    const inputs = [image(1), image(2), z(), t()];
    const all = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor, t: tf.Tensor) => [
      callModel(models.unet, [x, t]),
      callModel(models.generator, [x, z, t]),
      callModel(models.critic, [x, y, t]),
    ];
    await expectSame(all, inputs, { engine, variables });
    tf.dispose(inputs);
  });

  it('have the gradients that they have eagerly', async () => {
    const inputs = [image(1), image(2), t()];
    const variables = variablesOf(models.unet);
    const f = (x: tf.Tensor, noise: tf.Tensor, t: tf.Tensor) =>
      withGradients(() => tf.squaredDifference(callModel(models.unet, [x, t]), noise), variables);
    await expectSame(f, inputs, { engine });
    tf.dispose(inputs);
  });

  it('have the gradients of an adversarial step, with a penalty on gradients', async () => {
    const inputs = [image(1), image(2), image(3), z(), t()];
    const f = (real: tf.Tensor, xt: tf.Tensor, fake: tf.Tensor, z: tf.Tensor, t: tf.Tensor) => {
      const critic = (x: tf.Tensor) => callModel(models.critic, [x, xt, t]);
      const criticLoss = () =>
        tf.addN([tf.softplus(tf.neg(critic(real))), tf.softplus(critic(fake)), r1Penalty(critic, real, { gamma: 1 })]);
      const generated = () => callModel(models.generator, [xt, z, t]);
      return [
        ...withGradients(criticLoss, variablesOf(models.critic)),
        ...withGradients(() => tf.softplus(tf.neg(critic(generated()))), variablesOf(models.generator)),
      ];
    };
    await expectSame(f, inputs, { engine });
    tf.dispose(inputs);
  });

  it('train as they do eagerly', async () => {
    const loss = (x: tf.Tensor, noise: tf.Tensor, t: tf.Tensor) =>
      tf.mean(tf.squaredDifference(callModel(models.unet, [x, t]), noise));
    const inputs = [image(1), image(2), t()];
    const runs: number[][] = [];
    for (const choice of [engine, 'none'] as const) {
      const training = compileTrainStep(loss, variablesOf(models.unet), { engine: choice, averageDecay: 0.9 });
      const losses: number[] = [];
      for (let i = 0; i < 5; i++) losses.push(await training.step(inputs));
      training.dispose();
      runs.push(losses);
    }
    // Adam divides by roots of tiny second moments in its first steps, which enlarges roundings.
    expect(runs[0]).toBeAllClose(runs[1], { rtol: 1e-4 });
    expect(runs[0][4]).toBeLessThan(runs[0][0]);
    tf.dispose(inputs);
  });
});
