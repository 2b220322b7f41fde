import { UsageError } from '../errors.ts';
import type { Pretraining } from '../run/training-config.ts';
import type { DdganRun } from '../tasks/ddgan-task.ts';
import type { DdpmRun } from '../tasks/ddpm-task.ts';
import { scheduleOf } from '../tasks/make-networks.ts';

const NEVER = 1e9;

/**
 * The run whose denoiser a denoising diffusion GAN starts from: its generator's U-Net without the latent, which learns x̂0 by the squared
 * error on the same data and steps. Its average is the start.
 *
 * @throws UsageError where the generator cannot start from a denoiser, or is told of another start.
 * @example
 * ```ts
 * const set = ['pretraining={"steps":100}'];
 * const { config } = await resolveConfig({ preset: 'fashion-mnist-ddgan', set });
 * if (config.task === 'ddgan') pretrainingRun(config).networks.denoiser.kind; // 'ddpm-unet'
 * ```
 */
export function pretrainingRun(config: DdganRun): DdpmRun {
  const { networks, pretraining, init, records, ...shared } = config;
  if (init !== undefined)
    throw new UsageError(`init is ${init} and pretraining is given, and both are a start; leave out one of them`);
  return {
    ...shared,
    ...{ preset: null, task: 'ddpm', networks: { denoiser: trunkOf(networks.generator) } },
    training: { ...(pretraining as Pretraining), predicts: 'x0' },
    records: { ...records, metricEvery: 0, picturesEvery: NEVER, validationEvery: 0 },
    sampling: { sampler: 'ddim', steps: scheduleOf(config.schedule).steps },
  };
}

function trunkOf(generator: DdganRun['networks']['generator']): DdpmRun['networks']['denoiser'] {
  if (generator.kind !== 'ddgan-generator' || generator.style !== 'unet')
    throw new UsageError(
      "pretraining is for generators of kind 'ddgan-generator' and style 'unet'; leave it out, or choose such a one",
    );
  const { imageSize, channels, baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions } = generator;
  const { resampling, classes, tanh = true } = generator;
  return {
    ...{
      kind: 'ddpm-unet',
      imageSize,
      channels,
      baseChannels,
      channelMultipliers,
      blocksPerLevel,
      attentionResolutions,
    },
    tanh,
    ...(resampling !== undefined && { resampling }),
    ...(classes !== undefined && { classes }),
  };
}
