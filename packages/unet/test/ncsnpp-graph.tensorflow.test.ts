import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { callModel, foldIn, key, normal } from '@diffgan/ops';
import { compile } from '@diffgan/runtime';
import { createModel } from '@diffgan/unet';
import * as configs from './configs.ts';
import { randomiseWeights } from './weights.ts';

const inputsOf = (model: LayersModel) =>
  model.inputs.map(({ shape }, i) => {
    const inside = shape.slice(1) as number[];
    return inside.length === 0 ? tf.tensor1d([0, 2, 1, 0]) : normal(foldIn(key(6), i), [4, ...inside]);
  });

/** The loss and its gradients by all weights; those that it does not depend on are zero. */
function lossAndGradients(model: LayersModel, loss: () => tf.Tensor): tf.Tensor[] {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { value, grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(loss()), variables);
  return [value, ...variables.map(({ name, shape }) => grads[name] ?? tf.zeros(shape))];
}

const cases = {
  generator: {
    config: { ...configs.ncsnpp, classes: 3 },
    loss: (model: LayersModel, inputs: tf.Tensor[]) => tf.square(callModel(model, inputs)),
  },
  'small critic': {
    config: configs.smallCritic,
    loss: (model: LayersModel, [xPrev, ...rest]: tf.Tensor[]) =>
      r1Penalty((x) => callModel(model, [x, ...rest]), xPrev, { gamma: 1 }),
  },
};

test.each(Object.entries(cases))(
  '%s: loss and gradients of the graph are those of eager kernels',
  async (_, { config, loss }) => {
    const model = createModel(config);
    randomiseWeights(model, key(7), 0.3);
    const inputs = inputsOf(model);
    const f = (...tensors: tf.Tensor[]) => lossAndGradients(model, () => loss(model, tensors));
    const compiled = compile(f);
    const [eager, graph] = [tf.tidy(() => f(...inputs)), compiled(...inputs)];
    const expected = (await Promise.all(eager.map((tensor) => tensor.data()))).map((values) => Array.from(values));
    const most = Math.max(...expected.flat().map(Math.abs));
    // other orders of summation: roundings of 6e-8 of the terms, over tens of layers
    for (const [i, tensor] of graph.entries())
      expect(await tensor.data()).toBeAllClose(expected[i], { rtol: 1e-4, atol: 1e-5 * most });
    compiled.dispose();
    tf.dispose([inputs, eager, graph]);
    model.dispose();
  },
);
