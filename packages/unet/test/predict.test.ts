import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { key, normal } from '@diffgan/ops';
import { createModel, type ModelConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights } from './weights.ts';

const networks = Object.entries<object>(configs).filter((entry): entry is [string, ModelConfig] => 'kind' in entry[1]);
const batch = 8; // of which critics compare four at a time
const rounding = { rtol: 1e-5, atol: 1e-5 }; // the sums of a slice may be formed in another order

describe.each(networks)('predict of %s', (_, config) => {
  test('takes what apply takes, and positions and labels as [B, 1]; all at once and in batches', async () => {
    const model = createModel(config);
    randomiseWeights(model, key(1));
    const inputs = model.inputs.map(({ shape }, i) =>
      shape.length === 1
        ? tf.tensor1d([0, 1, 0, 1, 1, 0, 0, 1])
        : normal(key(i + 2), [batch, ...(shape.slice(1) as number[])]),
    );
    const apply = (...given: tf.Tensor[]) => model.apply(given, { training: false }) as tf.Tensor;
    const before = tf.memory().numTensors;
    const whole = apply(...inputs);
    const predicted = model.predict(inputs) as tf.Tensor;
    expect(predicted.shape).toEqual(whole.shape);
    expect(await predicted.data()).toBeAllClose(await whole.data(), rounding);
    const columns = inputs.map((input) => (input.rank === 1 ? tf.expandDims(input, 1) : tf.clone(input)));
    const ofColumns = model.predict(columns) as tf.Tensor;
    expect(await ofColumns.data()).toBeAllClose(await whole.data(), rounding);
    const sliced = tf.tidy(() =>
      tf.concat([0, 4].map((at) => apply(...inputs.map((input) => tf.slice(input, at, 4))))),
    );
    const inBatches = model.predict(inputs, { batchSize: 4 }) as tf.Tensor;
    expect(await inBatches.data()).toBeAllClose(await sliced.data(), rounding);
    tf.dispose([whole, predicted, columns, ofColumns, sliced, inBatches]);
    expect(() => model.predict(inputs.slice(1))).toThrow(/predict: the inputs have shapes .*; give .*(position|gamma)/);
    expect(() => model.predict(inputs, { batchSize: 0 })).toThrow(/batchSize is 0/);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
    model.dispose();
  });
});
