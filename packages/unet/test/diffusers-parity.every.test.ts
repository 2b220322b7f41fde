import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { callModel } from '@diffgan/ops';
import { readSafetensors } from '@diffgan/ops/files';
import {
  ddpmUnet,
  diffusersConfig,
  loadWeights,
  modelConfig,
  unetConfigFromDiffusers,
  weightsToSafetensors,
} from '@diffgan/unet';
import blocksConfig from './golden/diffusers-blocks.json';
import blocksUrl from './golden/diffusers-blocks.safetensors?url&inline';
import blocksResultsUrl from './golden/diffusers-blocks-results.safetensors?url&inline';
import cifar10Config from './golden/diffusers-cifar10.json';
import cifar10Url from './golden/diffusers-cifar10.safetensors?url&inline';
import cifar10ResultsUrl from './golden/diffusers-cifar10-results.safetensors?url&inline';
import classesConfig from './golden/diffusers-classes.json';
import classesUrl from './golden/diffusers-classes.safetensors?url&inline';
import classesResultsUrl from './golden/diffusers-classes-results.safetensors?url&inline';
import oldConfig from './golden/diffusers-old.json';
import oldUrl from './golden/diffusers-old.safetensors?url&inline';
import oldResultsUrl from './golden/diffusers-old-results.safetensors?url&inline';
import { bytesOf, expectGradients, expectOutput, Golden } from './parity.ts';

// The golden files are what golden/make-diffusers.py has diffusers write.

const networks: Record<string, { json: unknown; files: [weights: string, results: string]; labelled?: true }> = {
  'google/ddpm-cifar10-32 at reduced width': { json: cifar10Config, files: [cifar10Url, cifar10ResultsUrl] },
  'a network with the old names of attention': { json: oldConfig, files: [oldUrl, oldResultsUrl] },
  'a class-conditional network with several heads': {
    json: classesConfig,
    files: [classesUrl, classesResultsUrl],
    labelled: true,
  },
  'a network whose blocks resample, with scale-shift norm and learned variance': {
    json: blocksConfig,
    files: [blocksUrl, blocksResultsUrl],
  },
};

async function setUp({ json, files: [weights, results], labelled }: (typeof networks)[string]) {
  const model = ddpmUnet(unetConfigFromDiffusers(json));
  await loadWeights(model, await bytesOf(weights), { layout: 'diffusers' });
  const inputs = ['xt', 'position', ...(labelled ? ['label'] : [])];
  return { model, golden: await Golden.read(results), inputs };
}

describe.each(Object.entries(networks))('%s', (_, network) => {
  test('computes what diffusers computes', async () => {
    const { model, golden, inputs } = await setUp(network);
    await expectOutput(model, golden, inputs);
    model.dispose();
  });

  test('has the gradients of PyTorch', async () => {
    const { model, golden, inputs } = await setUp(network);
    const loss = (xt: tf.Tensor) =>
      tf.mean<tf.Scalar>(tf.square(callModel(model, [xt, ...inputs.slice(1).map(golden.tensor)])));
    const gradient = tf.tidy(() => tf.grad(loss)(golden.tensor('xt')));
    const largest = golden.values('grad.xt').reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const atol = (tf.getBackend() === 'webgpu' ? 1e-3 : 1e-4) * largest;
    expect(await gradient.data()).toBeAllClose(golden.values('grad.xt'), { rtol: 0, atol });
    gradient.dispose();
    await expectGradients(model, golden, { layout: 'diffusers', loss: () => loss(golden.tensor('xt')) });
    model.dispose();
  });

  // Equal configuration, names, shapes and values: what diffusers made of its file it makes of ours.
  test('goes back into the files of diffusers', async () => {
    const { model } = await setUp(network);
    expect(network.json).toMatchObject(diffusersConfig(modelConfig(model)));
    const written = readSafetensors(await weightsToSafetensors(model, { layout: 'diffusers' })).tensors;
    const original = readSafetensors(await bytesOf(network.files[0])).tensors;
    const present = Object.entries(original).map(([key, tensor]) => [presentName(key), tensor] as const);
    expect(Object.keys(written).sort()).toEqual(present.map(([key]) => key).sort());
    for (const [key, { shape, data }] of present) expect({ key, ...written[key] }).toMatchObject({ key, shape, data });
    model.dispose();
  });
});

function presentName(key: string): string {
  const names = { query: 'to_q', key: 'to_k', value: 'to_v', proj_attn: 'to_out.0' };
  return Object.entries(names).reduce((name, [old, now]) => name.replace(`.${old}.`, `.${now}.`), key);
}
