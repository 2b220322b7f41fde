import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { DdganAblations } from '@diffgan/training';
import { modelConfig } from '@diffgan/unet';
import type { SamplingConfig } from '../run/sampling-config.ts';

/** A network with all that drawing from it takes. */
export interface Drawable {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** Generator or denoiser. */
  readonly model: LayersModel;
  /** The schedule it was trained with; γ(t) of a variational diffusion model. */
  readonly schedule: NoiseSchedule | ((t: number) => number);
  readonly sampling: SamplingConfig;
  /** Shape of one sample: `[height, width, channels]` of an image, `[dim]` of a point. */
  readonly shape: readonly number[];
  /** Number of classes, where the network takes labels. */
  readonly classes?: number;
  /** A classifier of noised examples that guides the samples. */
  readonly classifier?: LayersModel;
  /** How a generator was trained otherwise than others. */
  readonly ablations?: DdganAblations;
}

/** What to draw from `model`, whose configuration tells the rest. It stays the caller's. */
export function drawableOf(
  model: LayersModel,
  schedule: Drawable['schedule'],
  {
    name = modelConfig(model).kind,
    ...how
  }: Pick<Drawable, 'sampling' | 'classifier' | 'ablations'> & { name?: string },
): Drawable {
  const shape = model.inputs[0].shape.slice(1) as number[];
  const { classes } = modelConfig(model) as { classes?: number };
  return { name, model, schedule, shape, ...how, ...(classes !== undefined && { classes }) };
}

/** How many classes the samples can be told to be of, by the network or its classifier. */
export const classesOf = ({ classes, classifier }: Drawable): number | undefined =>
  classifier ? (classifier.outputs[0].shape[1] as number) : classes;

/** The class that sample `i` is told to be of: the given ones in turn, or else all. */
export function labelOf(drawable: Drawable, i: number): number | undefined {
  const classes = classesOf(drawable);
  if (classes === undefined) return undefined;
  const { labels } = drawable.sampling;
  return labels ? labels[i % labels.length] : i % classes;
}
