import { mkdir } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { imageGrid, type ImageDataset } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import { type DdganNetworks, setParameters, trainDdgan, type TrainDdganOptions } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, presets } from '@diffgan/unet';
import type { RunRecords } from '@diffgan/records/node';
import { TrainingProgress } from '@diffgan/records';
import { timedSamples } from '../sample/timed-samples.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { keysOf } from '../run/keys.ts';
import { pipelineOf, type QuickstartConfig, scheduleOf } from './config.ts';
import type { RunFolder } from '../run/run-folder.ts';

/** What a part of the quickstart needs of its surroundings. */
export interface Surroundings {
  folder: RunFolder;
  terminal: Terminal;
  signal: AbortSignal;
}

const previews = [0.25, 0.5, 0.75]; // of the run, besides the end

/** Fresh networks of a run. The caller disposes them. */
export function makeNetworks(config: Pick<QuickstartConfig, 'preset' | 'seed'>): DdganNetworks {
  const { generator, discriminator } = presets[config.preset];
  const keys = keysOf(config.seed);
  return {
    generator: ddganGenerator(generator, { key: keys.generator }),
    critic: ddganDiscriminator(discriminator, { key: keys.critic }),
  };
}

function optionsOf(
  config: Omit<QuickstartConfig, 'version' | 'backend' | 'minutes'>,
  data: ImageDataset,
): TrainDdganOptions {
  const { steps, batch, learningRate, finalLearningRate, r1, reconstruction, emaDecay, seed } = config;
  return {
    data,
    steps,
    batch,
    learningRate,
    finalLearningRate,
    r1,
    reconstruction,
    emaDecay,
    key: keysOf(seed).training,
  };
}

/**
 * How many steps fit into `minutes`: times throw-away steps, those with the R1 penalty among them, for at most a tenth of that time.
 */
export async function stepsFor(
  minutes: number,
  config: Omit<QuickstartConfig, 'version' | 'backend' | 'minutes' | 'steps'>,
  { data, signal }: { data: ImageDataset; signal: AbortSignal },
): Promise<number> {
  const networks = makeNetworks(config);
  const began = performance.now();
  const seconds: number[] = [];
  try {
    const probe = trainDdgan(networks, scheduleOf(config), { ...optionsOf({ ...config, steps: 32 }, data), signal });
    for await (const event of probe) {
      if (event.type === 'step') seconds.push(event.seconds);
      if (seconds.length >= 2 && performance.now() - began > 6000 * minutes) break;
    }
  } finally {
    networks.generator.dispose();
    networks.critic.dispose();
  }
  const timed = seconds.slice(Math.min(12, Math.floor(seconds.length / 2))); // the first ones allocate and compile
  const mean = timed.reduce((a, b) => a + b, 0) / timed.length;
  return Math.max(1, Math.floor((60 * minutes) / mean));
}

/** Trains (or goes on with) the networks of a run in place; the generator ends with its averaged weights. */
export async function trainRun(
  networks: DdganNetworks,
  config: QuickstartConfig,
  {
    data,
    records,
    resume,
    ...surroundings
  }: Surroundings & { data: ImageDataset; records: RunRecords; resume: boolean },
): Promise<void> {
  const { folder, terminal, signal } = surroundings;
  const preview = ddganGenerator(presets[config.preset].generator);
  const every = Math.max(10, Math.round(config.steps / 20));
  const training = trainDdgan(networks, scheduleOf(config), {
    ...optionsOf(config, data),
    checkpoint: { file: folder.file('checkpoint.safetensors'), every, resume },
    signal,
  });
  const progress = new TrainingProgress('images');
  try {
    let next = await training.next();
    while (!next.done) {
      const event = next.value;
      records.add(event);
      if (event.type === 'checkpoint') await records.flush();
      if (event.type === 'step') {
        const { fraction, text } = progress.describe(event);
        terminal.progress(fraction, text);
        if (previews.some((share) => Math.round(share * config.steps) === event.step)) {
          const vectors = await event.vectors();
          setParameters(preview, vectors.generator.average);
          tf.dispose(vectors);
          await drawPreview(preview, config, { ...surroundings, step: event.step });
        }
      }
      next = await training.next();
    }
    setParameters(networks.generator, next.value.averages.generator);
    Object.values(next.value.averages).forEach((vector) => vector.dispose());
  } finally {
    terminal.finish();
    preview.dispose();
    await records.close();
  }
}

/** A small grid with a fixed key, so that the report shows the same latents getting better. */
async function drawPreview(
  generator: DdganNetworks['generator'],
  config: QuickstartConfig,
  { folder, signal, step }: Surroundings & { step: number },
): Promise<void> {
  const { samples } = await timedSamples(pipelineOf(generator, config), {
    count: 20,
    batch: 20,
    key: keysOf(config.seed).samples,
    signal,
  });
  try {
    await mkdir(folder.file('previews'), { recursive: true });
    await writeAtomically(
      folder.file(`previews/step-${step}.png`),
      await imageGrid(samples as tf.Tensor4D, { columns: 10, scale: 2 }),
    );
  } finally {
    samples.dispose();
  }
}
