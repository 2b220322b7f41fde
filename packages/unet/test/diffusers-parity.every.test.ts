import { describe, expect, test } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { diffusersConfig, modelConfig, weightsToSafetensors } from '@diffgan/unet';
import { diffusersNetworks, fromDiffusers } from './diffusers-networks.ts';
import { bytesOf, expectOutput } from './parity.ts';

describe.each(Object.entries(diffusersNetworks))('%s', (_, network) => {
  test('computes what diffusers computes', async () => {
    const { model, golden, inputs } = await fromDiffusers(network);
    await expectOutput(model, golden, inputs);
    model.dispose();
  });

  // Equal configuration, names, shapes and values: what diffusers made of its file it makes of ours.
  test('goes back into the files of diffusers', async () => {
    const { model } = await fromDiffusers(network);
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
