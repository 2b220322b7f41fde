import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FileFormatError } from '@diffgan/files';
import { loadMatchingWeights, loadWeights, mlpDenoiser, weightsToSafetensors } from '@diffgan/unet';
import * as configs from './configs.ts';

test.each([NaN, Infinity, -Infinity])('a weight that is %s is refused by name', async (wrong) => {
  const [model, target] = [mlpDenoiser(configs.mlpDenoiser), mlpDenoiser(configs.mlpDenoiser)];
  const spoiled = model.weights.find(({ originalName }) => originalName === 'out/kernel')!;
  const values = await spoiled.read().data();
  const changed = tf.tensor(
    values.map((value, i) => (i === 5 ? wrong : value)),
    spoiled.shape as number[],
  );
  spoiled.write(changed);
  changed.dispose();
  const bytes = await weightsToSafetensors(model);
  for (const load of [loadWeights, loadMatchingWeights]) {
    const loading = load(target, bytes);
    await expect(loading).rejects.toThrow(FileFormatError);
    await expect(load(target, bytes)).rejects.toThrow(
      `${load.name}: out.kernel of the file holds numbers that are not finite (${wrong} at 5 of ${values.length})`,
    );
  }
  [model, target].forEach((network) => network.dispose());
});
