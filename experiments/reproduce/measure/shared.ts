import * as tf from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import { key } from '@diffgan/ops';
import { run as finish, sharedLatent } from '@diffgan/samplers';
import type { SharedOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import type { Measured, Place } from './measured.ts';
import { distanceOf, openNetwork } from './network.ts';

/** How alike samples are that share their x_t. */
export async function measureShared(
  { at, latents, copies, seed }: Pick<SharedOf, 'at' | 'latents' | 'copies' | 'seed'>,
  { run }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'shared'>> {
  const network = await openNetwork(run);
  const files: Record<string, Uint8Array> = {};
  const points: { t: number; distance: number }[] = [];
  let unrelated = 0;
  try {
    for (const t of at) {
      const options = { shape: [latents, ...network.shape], t, copies, key: key(seed), signal };
      const samples = await finish(sharedLatent(network.model, network.schedule, options), ({ index, total }) =>
        terminal.progress(index / total, `samples that share x_${t}`),
      );
      const image = samples.shape.slice(1);
      const [own, next, others] = tf.tidy(() => {
        const rows = tf.reshape(samples, [latents, copies, ...image]);
        // Each copy beside the next of its own latent, and beside those of the next latent.
        return [rows, rolled(rows, 1), rolled(rows, 0)];
      });
      points.push({ t, distance: await distanceOf(own, next) });
      unrelated += (await distanceOf(own, others)) / at.length;
      files[`t${t}.png`] = await imageGrid(samples, { columns: copies, scale: 2 });
      tf.dispose([samples, own, next, others]);
    }
    return { values: { points, unrelated }, files };
  } finally {
    terminal.finish();
    network.dispose();
  }
}

/** The tensor with the first of an axis moved to its end. */
function rolled(x: tf.Tensor, axis: number): tf.Tensor {
  const size = x.shape[axis];
  const order = Array.from({ length: size }, (_, i) => (i + 1) % size);
  return tf.gather(x, tf.tensor1d(order, 'int32'), axis);
}
