import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { callModel, key, normal } from '@diffgan/ops';
import { ddganDiscriminator, ddganGenerator, loadWeights, weightsToSafetensors } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights, readWeights } from './weights.ts';

const latent = () => [normal(key(2), [2, 3]), tf.tensor1d([0, 3])];
const drawn = (model: ReturnType<typeof ddganGenerator>, ...more: tf.Tensor[]) =>
  tf.tidy(() => callModel(model, [normal(key(1), [2, 8, 4, 2]), ...latent(), ...more]));

test('the generator starts at tanh(0), and without tanh leaves (−1, 1)', async () => {
  for (const tanh of [true, false]) {
    const model = ddganGenerator({ ...configs.ncsnpp, tanh });
    const start = drawn(model);
    expect(start.shape).toEqual([2, 8, 4, 2]);
    expect((await start.data()).every((value) => value === 0)).toBe(true);
    randomiseWeights(model, key(4), 1);
    const later = drawn(model);
    const largest = Math.max(...(await later.data()).map(Math.abs));
    if (tanh) expect(largest).toBeLessThanOrEqual(1);
    else expect(largest).toBeGreaterThan(1);
    tf.dispose([start, later]);
    model.dispose();
  }
});

test('the logits of the small critic start at zero, those of the large one do not', async () => {
  const critics = [ddganDiscriminator(configs.smallCritic), ddganDiscriminator(configs.largeCritic)];
  for (const [i, critic] of critics.entries()) {
    const logits = tf.tidy(() => {
      const pair = critic.inputs
        .slice(0, 2)
        .map(({ shape }, j) => normal(key(j), [4, ...(shape.slice(1) as number[])]));
      return callModel(critic, [...pair, tf.range(0, 4)]);
    });
    expect(logits.shape).toEqual([4]);
    expect((await logits.data()).every((value) => value === 0)).toBe(i === 0);
    logits.dispose();
    critic.dispose();
  }
});

test('branches and outputs start at zero, latents scale by one', async () => {
  const model = ddganGenerator(configs.ncsnpp);
  const weights = await readWeights(model);
  for (const [name, values] of Object.entries(weights)) {
    const zero = /(conv2|out\.conv|attention\.output)\.kernel$|(?<!norm[12])\.bias$|shift$/.test(name);
    expect(
      values.every((value) => value === 0),
      name,
    ).toBe(zero);
    if (/norm[12]\.bias$/.test(name))
      expect(Array.from(values)).toEqual([...values].map((_, i) => (i < values.length / 2 ? 1 : 0)));
    // uniform within √(3·scale/fan), and attention starts with a tenth of the variance
    if (/(query|key|value)\.kernel$/.test(name))
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(0.3 / Math.sqrt(values.length)));
  }
  model.dispose();
});

test('a label decides what generator and critic make of the rest', async () => {
  const model = ddganGenerator({ ...configs.ncsnpp, classes: 3 });
  randomiseWeights(model, key(5));
  const outputs = await Promise.all(
    [
      [1, 1],
      [1, 2],
      [1, 1],
    ].map(async (labels) => {
      const label = tf.tensor1d(labels, 'int32');
      const output = drawn(model, label);
      const values = await output.data();
      tf.dispose([label, output]);
      return [values.slice(0, 64), values.slice(64)];
    }),
  );
  expect(outputs[2]).toEqual(outputs[0]);
  expect(outputs[1][0]).toEqual(outputs[0][0]);
  expect(outputs[1][1]).not.toEqual(outputs[0][1]);
  model.dispose();
});

test('the critic takes Fashion-MNIST as it is', () => {
  const critic = ddganDiscriminator({ ...configs.smallCritic, imageSize: 28 });
  tf.tidy(() => {
    const image = tf.zeros([4, 28, 28, 1]);
    expect(callModel(critic, [image, image, tf.range(0, 4)]).shape).toEqual([4]);
  });
  critic.dispose();
});

test('the layout of the release has no place for other networks, and says what a file lacks', async () => {
  const other = ddganGenerator(configs.generator);
  await expect(weightsToSafetensors(other, { layout: 'ncsnpp' })).rejects.toThrow(
    /no place for a ddgan-generator of style 'unet'; it holds/,
  );
  other.dispose();
  const [model, deeper] = [1, 2].map((blocksPerLevel) => ddganGenerator({ ...configs.ncsnpp, blocksPerLevel }));
  const file = await weightsToSafetensors(model, { layout: 'ncsnpp' });
  await expect(loadWeights(deeper, file, { layout: 'ncsnpp' })).rejects.toThrow(
    /all_modules\.\d+\.GroupNorm_0\.style\.weight is missing/,
  );
  model.dispose();
  deeper.dispose();
});
