import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { DdpmUnetConfig } from '@diffgan/unet';
import { nameOf } from '../weights.ts';

/** The CIFAR-10 network of DDPM: 35 746 307 parameters, a file of 143 MB. */
export const cifar10: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 32,
  channels: 3,
  baseChannels: 128,
  channelMultipliers: [1, 2, 2, 2],
  blocksPerLevel: 2,
  attentionResolutions: [16],
};

/** Loading may need so many times the size of the file, the loaded weights included. */
export const limit = 1.5;

/** Writes the folder of a model whose weights are all zero, as a file with a hole: it takes no room on the disk. Returns its size. */
export async function writeZeroModel(dir: string, model: LayersModel): Promise<number> {
  let end = 0;
  const fields = model.weights.map((weight) => {
    const shape = weight.shape as number[];
    const begin = end;
    end += shape.reduce((product, n) => product * n, 4);
    return [nameOf(weight), { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = await open(join(dir, 'model.safetensors'), 'w');
  await file.writeFile(Buffer.concat([length, header]));
  await file.truncate(8 + header.length + end);
  await file.close();
  await writeFile(join(dir, 'config.json'), JSON.stringify(cifar10));
  return 8 + header.length + end;
}
