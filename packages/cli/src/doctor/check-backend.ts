import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { imageDataset } from '@diffgan/data';
import { createPipeline } from '@diffgan/hub';
import { key, uniformArray } from '@diffgan/ops';
import { compileNetwork, timedSamples } from '@diffgan/runs';
import { type BackendName, selectBackend } from '@diffgan/runtime';
import type { Finding } from '@diffgan/runtime/node';
import { vpSchedule } from '@diffgan/schedule';
import { type DdganNetworks, trainDdgan } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, presets } from '@diffgan/unet';

/** What a backend does with a small task. */
export interface BackendCheck extends Finding {
  /** Images of 28 × 28 a second that it draws with the networks of the quickstart. */
  imagesPerSecond?: number;
}

/** What the step below comes to on the `cpu` backend: all others must agree but for rounding. */
const expected = {
  critic: 2.763884,
  generator: 2.459854,
  'critic.gradientNorm': 18.46228,
  'generator.gradientNorm': 0.5743079,
};
const TOLERANCE = 1e-3; // relative; float32 sums in another order differ by 1e-5

const BATCHES = 6;
const BATCH = 32;

/** Trains a step whose result is known, and draws for a while; some seconds. The backend stays selected. */
export async function checkBackend(name: BackendName, signal: AbortSignal): Promise<BackendCheck> {
  try {
    await selectBackend(name, { threads: availableParallelism() });
    const wrong = Object.entries(await trainStep(signal)).find(
      ([what, value]) => !(Math.abs(value / expected[what as keyof typeof expected] - 1) < TOLERANCE),
    );
    if (wrong)
      return {
        ok: false,
        detail: `a training step gives ${wrong[0]} ${wrong[1]}, which should be ${expected[wrong[0] as keyof typeof expected]}. Use another backend`,
      };
    if (name === 'cpu') return { ok: true, detail: 'trains right; for tests, drawing an image takes seconds' };
    const imagesPerSecond = await drawingSpeed(signal);
    return { ok: true, detail: `trains right, draws ${Math.round(imagesPerSecond)} images/s`, imagesPerSecond };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, detail: (error as Error).message };
  }
}

/** Losses and gradients of the first step of a tiny DDGAN. */
async function trainStep(signal: AbortSignal): Promise<typeof expected> {
  const image = { imageSize: 8, channels: 1 } as const;
  const networks: DdganNetworks = {
    generator: ddganGenerator({
      ...{ kind: 'ddgan-generator', style: 'unet', ...image },
      ...{ baseChannels: 4, channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [4] },
      ...{ latentDim: 4, latentWidth: 8, latentLayers: 1 },
    }),
    critic: ddganDiscriminator({
      ...{ kind: 'ddgan-discriminator', style: 'half-unet', ...image },
      ...{ widths: [4, 8], downsample: [true], timeWidth: 8, stddevGroup: 2 },
    }),
  };
  const pixels = uniformArray(key(1), 8 * 64, { min: -1, max: 1 });
  const data = imageDataset({
    name: 'noise',
    split: 'train',
    images: pixels,
    count: 8,
    height: 8,
    width: 8,
    channels: 1,
  });
  try {
    const { losses, measures } = await firstStep(
      trainDdgan(networks, vpSchedule(4), { data, steps: 1, batch: 4, signal }),
    );
    return {
      critic: losses.critic,
      generator: losses.generator,
      'critic.gradientNorm': measures['critic.gradientNorm'],
      'generator.gradientNorm': measures['generator.gradientNorm'],
    };
  } finally {
    networks.generator.dispose();
    networks.critic.dispose();
  }
}

async function firstStep(training: ReturnType<typeof trainDdgan>) {
  for await (const event of training) if (event.type === 'step') return event;
  throw new Error('training ended without a step');
}

/** As long drawings do it: in batches, as one graph where the backend has graphs. */
async function drawingSpeed(signal: AbortSignal): Promise<number> {
  const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
  const pipeline = createPipeline({
    networks: { generator },
    schedule: vpSchedule(4),
    sampling: { sampler: 'ddgan' },
    compile: compileNetwork(),
  });
  try {
    const options = { count: BATCHES * BATCH, batch: BATCH, key: key(0), compiled: true, signal };
    const { samples, secondsPerBatch } = await timedSamples(pipeline, options);
    samples.dispose();
    return BATCH / secondsPerBatch;
  } finally {
    generator.dispose();
  }
}

/** The backends that work, each put to the test; the one in use before is in use again afterwards. */
export async function checkBackends(
  names: readonly BackendName[],
  { signal, onCheck }: { signal: AbortSignal; onCheck?: (name: BackendName, check: BackendCheck) => void },
): Promise<Partial<Record<BackendName, BackendCheck>>> {
  const before = tf.engine().backendName as string | undefined;
  const checks: Partial<Record<BackendName, BackendCheck>> = {};
  try {
    for (const name of names) {
      const check = (checks[name] = await checkBackend(name, signal));
      onCheck?.(name, check);
    }
  } finally {
    if (before) await tf.setBackend(before);
  }
  return checks;
}
