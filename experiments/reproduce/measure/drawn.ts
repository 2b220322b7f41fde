import { join } from 'node:path';
import type { Pipeline } from '@diffgan/hub';
import { isJsonObject, openPipeline, readConfigFile } from '@diffgan/runs';
import { modelConfig } from '@diffgan/unet';
import type { Measurement } from '../../measurement.ts';
import type { Sampling } from '../../sampling.ts';
import { drawInParts, type PartsJob } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import type { Place } from './measured.ts';

/** Measurements of samples. */
type Drawn = Extract<Measurement, { sampling: Sampling; count: number; seed: number }>;

/** Samples of a measurement. */
export interface DrawnSamples {
  readonly job: PartsJob;
  /** Network calls for a sample. */
  readonly calls: number;
  /** Label that each sample was asked to have, which they take in turn, where the network takes labels. */
  readonly classes?: number;
}

/** Images or points per network call. */
const batchOf = (shape: readonly number[], count: number) => Math.min(count, shape.length === 3 ? 100 : 5000);

/** The parts of a measurement of samples in its folder. */
export const partsOf = (folder: string, { count, seed }: Pick<Drawn, 'count' | 'seed'>, points = false): PartsJob => ({
  ...{ folder: join(folder, 'parts'), count, seed },
  batch: batchOf(points ? [2] : [28, 28, 1], count),
});

/** Draws the samples that a measurement is of. */
export async function drawn(
  measurement: Pick<Drawn, 'sampling' | 'count' | 'seed'>,
  { run, guide: worse, folder }: Place,
  place: Workplace,
): Promise<DrawnSamples> {
  const pipeline = await openPipeline(run, { sampling: measurement.sampling, worse });
  try {
    const job = partsOf(folder, measurement, pipeline.imageShape === undefined);
    await drawInParts(job, pipeline, place);
    const classes = pipeline.labels.length;
    return { job, calls: (await isOneShot(run)) ? 1 : callsOf(pipeline), ...(classes > 0 && { classes }) };
  } finally {
    pipeline.dispose();
  }
}

/** How often the network is called for a sample; two calls at once, as guidance takes, are two. */
export function callsOf({
  sampling,
  schedule,
  networks,
}: Pick<Pipeline, 'sampling' | 'schedule' | 'networks'>): number {
  const { sampler, guidance = 0 } = sampling;
  const steps = sampling.steps ?? (typeof schedule === 'function' ? 100 : schedule.steps);
  const network = networks.generator ?? networks.denoiser;
  const { nullClass } = modelConfig(network!) as { nullClass?: boolean };
  const each = guidance !== 0 && nullClass === true && networks.classifier === undefined ? 2 : 1;
  const models = networks.worse ? 2 : 1;
  return models * each * (sampler === 'heun' ? 2 * steps - 1 : steps);
}

/** Whether a generator was trained to draw in one step, whatever its schedule. */
async function isOneShot(run: string): Promise<boolean> {
  const { training } = await readConfigFile(join(run, 'config.json'));
  return isJsonObject(training) && training.oneShotAug === true;
}
