import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { callModel } from '@diffgan/ops';
import { diffusersNetworks, fromDiffusers } from './diffusers-networks.ts';
import { expectGradients, expectInputGradient } from './parity.ts';

test.each(Object.entries(diffusersNetworks))('the gradients of %s are those of PyTorch', async (_, network) => {
  const { model, golden, inputs } = await fromDiffusers(network);
  const loss = (xt: tf.Tensor) =>
    tf.mean<tf.Scalar>(tf.square(callModel(model, [xt, ...inputs.slice(1).map(golden.tensor)])));
  await expectInputGradient(golden, loss);
  await expectGradients(model, golden, { layout: 'diffusers', loss: () => loss(golden.tensor('xt')) });
  model.dispose();
});
