import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeSafetensors } from '@diffgan/files';
import { key, normalArray } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { ddpmUnet, type DdpmUnetConfig, weightsToSafetensors } from '@diffgan/unet';
import { referenceNetwork } from './cases.ts';
import { moveWeights } from './move-weights.ts';

/** Files that make all workers compute the same. */
export interface ReferenceFiles {
  /** Weights of the reference network. */
  weights: string;
  /** Inputs `xt`, `position` and `target` of the check. */
  inputs: string;
}

/** Writes the weights and inputs that every worker is checked with into `folder`. */
export async function writeReferenceFiles(
  folder: string,
  network: DdpmUnetConfig = referenceNetwork,
): Promise<ReferenceFiles> {
  await selectBackend('cpu');
  const [weights, inputs] = [join(folder, 'weights.safetensors'), join(folder, 'inputs.safetensors')];
  const model = ddpmUnet(network, { key: key(1) });
  moveWeights(model);
  writeFileSync(weights, await weightsToSafetensors(model));
  model.dispose();
  writeFileSync(inputs, writeSafetensors(checkInputs(network)));
  return { weights, inputs };
}

function checkInputs({ imageSize, channels }: DdpmUnetConfig) {
  const shape = [2, imageSize as number, imageSize as number, channels];
  const size = tf.util.sizeFromShape(shape);
  return {
    xt: { shape, data: normalArray(key(3), size) },
    target: { shape, data: normalArray(key(4), size) },
    position: { shape: [2], data: Float32Array.of(3, 700) },
  };
}
