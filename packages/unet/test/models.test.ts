import * as tf from '@tensorflow/tfjs-core';
import { model as tfModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import { createModel, ddganDiscriminator, ddganGenerator, ddpmUnet, modelConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights } from './weights.ts';

const inputs = (batch: number, [height, width, channels]: number[]) => {
  const image = [batch, height, width, channels];
  return { xt: normal(key(1), image), xPrev: normal(key(2), image), z: normal(key(3), [batch, 3]) };
};
const positions = (batch: number) => tf.range(0, batch);

test('the noise predictor keeps the shape of its input and starts at exactly zero', async () => {
  const model = ddpmUnet(configs.denoiser);
  const output = tf.tidy(() => callModel(model, [inputs(3, [8, 8, 1]).xt, positions(3)]));
  expect(output.shape).toEqual([3, 8, 8, 1]);
  expect((await output.data()).every((value) => value === 0)).toBe(true);
  output.dispose();
  model.dispose();
});

test('the generator starts at tanh(0) and stays inside (−1, 1) with other weights', async () => {
  const model = ddganGenerator(configs.generator);
  const draw = () =>
    tf.tidy(() => {
      const { xt, z } = inputs(2, [8, 8, 1]);
      return callModel(model, [xt, z, positions(2)]);
    });
  const start = draw();
  expect(start.shape).toEqual([2, 8, 8, 1]);
  expect((await start.data()).every((value) => value === 0)).toBe(true);
  randomiseWeights(model, key(4));
  const later = draw();
  const values = await later.data();
  expect(values.some((value) => value !== 0)).toBe(true);
  expect(values.every((value) => Math.abs(value) <= 1)).toBe(true);
  tf.dispose([start, later]);
  model.dispose();
});

test('the critic gives one logit per example', async () => {
  const model = ddganDiscriminator(configs.critic);
  const logits = tf.tidy(() => {
    const { xPrev, xt } = inputs(4, [8, 8, 1]);
    return callModel(model, [xPrev, xt, positions(4)]);
  });
  expect(logits.shape).toEqual([4]);
  expect((await logits.data()).every(Number.isFinite)).toBe(true);
  logits.dispose();
  model.dispose();
});

test('images need not be square or grey', () => {
  const size = { imageSize: [4, 12], channels: 3 } as const;
  const model = ddpmUnet({ ...configs.denoiser, ...size });
  const critic = ddganDiscriminator({ ...configs.critic, ...size });
  tf.tidy(() => {
    const { xt, xPrev } = inputs(2, [4, 12, 3]);
    expect(callModel(model, [xt, positions(2)]).shape).toEqual([2, 4, 12, 3]);
    expect(callModel(critic, [xPrev, xt, positions(2)]).shape).toEqual([2]);
  });
  model.dispose();
  critic.dispose();
});

test.each(Object.entries(configs))('every shape that a layer of %s declares is what it computes', (_, config) => {
  const model = createModel(config);
  const outputs = model.layers.map((layer) => layer.output as SymbolicTensor);
  const everyLayer = tfModel({ inputs: model.inputs, outputs });
  tf.tidy(() => {
    const zeros = model.inputs.map(({ shape }) => tf.zeros([4, ...(shape.slice(1) as number[])]));
    const computed = everyLayer.apply(zeros) as tf.Tensor[];
    expect(computed.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => [4, ...shape.slice(1)]));
  });
  model.dispose();
});

test('a critic whose groups do not divide the batch says so', () => {
  const model = ddganDiscriminator(configs.critic);
  tf.tidy(() => {
    const { xPrev, xt } = inputs(3, [8, 8, 1]);
    expect(() => callModel(model, [xPrev, xt, positions(3)])).toThrow(/batch of 3 .* groups of 2/);
  });
  model.dispose();
});

test('summary lists the layers and their parameters', () => {
  const model = ddganDiscriminator(configs.critic);
  const lines: string[] = [];
  model.summary(undefined, undefined, (line: string) => lines.push(line));
  expect(lines.join('\n')).toMatch(/stem[\s\S]*block\.0\.conv1[\s\S]*head\.linear/);
  expect(lines.join('\n')).toContain(`Total params: ${model.countParams()}`);
  model.dispose();
});

test('the configuration of a model is a frozen copy', () => {
  const mine = { ...configs.critic, widths: [4, 8] };
  const model = ddganDiscriminator(mine);
  mine.widths.push(16);
  const config = modelConfig(model) as unknown as { widths: number[] };
  expect(config).toEqual(configs.critic);
  expect(() => (config.widths[0] = 5)).toThrow(TypeError);
  model.dispose();
});
