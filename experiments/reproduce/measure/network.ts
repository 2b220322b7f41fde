import * as tf from '@tensorflow/tfjs-core';
import { callModel, type Model } from '@diffgan/ops';
import { openPipeline } from '@diffgan/runs';
import { compile } from '@diffgan/runtime';
import type { NoiseSchedule } from '@diffgan/schedule';

/** A denoiser of images without labels, as samplers call it. */
export interface Network {
  readonly model: Model;
  readonly schedule: NoiseSchedule;
  readonly shape: readonly number[];
  dispose(): void;
}

/** The denoiser of a DDPM as one graph. The caller disposes it. */
export async function openNetwork(run: string): Promise<Network> {
  const pipeline = await openPipeline(run);
  const { networks, schedule, sampleShape: shape } = pipeline;
  const graph = compile((...inputs: tf.Tensor[]) => callModel(networks.denoiser!, inputs), { variables: 'constant' });
  return {
    model: (...inputs: tf.Tensor[]) => graph(...inputs),
    schedule: schedule as NoiseSchedule, // only a VDM has another
    shape,
    dispose: () => {
      graph.dispose();
      pipeline.dispose();
    },
  };
}

/** Root mean square of the differences of two tensors of images in [−1, 1], of 255. */
export function distanceOf(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const distance = tf.tidy(() => tf.mul(127.5, tf.sqrt(tf.mean(tf.square(tf.sub(a, b))))));
  return distance.data().then(([value]) => {
    distance.dispose();
    return value;
  });
}
