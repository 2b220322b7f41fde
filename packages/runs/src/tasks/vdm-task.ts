import { object, oneOf } from '@diffgan/config';
import { type GammaConfig, gammaSchema } from '@diffgan/hub';
import { trainVdm } from '@diffgan/training';
import type { MlpDenoiserConfig, VdmDenoiserConfig } from '@diffgan/unet';
import { keysOf } from '../run/keys.ts';
import { type VdmTraining, vdmTrainingSchema } from '../run/training-config.ts';
import { type AnyRun, headFields, network, resultFields, sourceFields, startFields } from './any-run.ts';
import { makeGamma, makeNetworks } from './make-networks.ts';
import type { TaskDefinition } from './task.ts';

/** Trains a variational diffusion model. */
export interface VdmRun extends AnyRun {
  /** What is trained. */
  task: 'vdm';
  /** The network. */
  networks: {
    /** What predicts the noise. */
    denoiser: VdmDenoiserConfig | MlpDenoiserConfig;
  };
  /** The noise schedule, which is learned. */
  schedule: GammaConfig;
  /** How they are trained. */
  training: VdmTraining;
}

/** A variational diffusion model, whose schedule is a network, too. */
export const vdmTask: TaskDefinition<VdmRun> = {
  schema: object<VdmRun>({
    ...headFields,
    task: oneOf('vdm'),
    ...sourceFields,
    networks: object<VdmRun['networks']>({ denoiser: network('vdm-denoiser', 'mlp-denoiser') }),
    ...startFields,
    schedule: gammaSchema,
    training: vdmTrainingSchema,
    ...resultFields,
  }),
  drawn: 'denoiser',
  models: (config) => {
    const made = makeNetworks(config);
    const gamma = makeGamma(config.schedule, keysOf(config.seed).gamma);
    const dispose = () => [gamma, made].forEach((part) => part.dispose());
    return { ...made, gamma, dispose };
  },
  train: ({ training }, { networks, gamma }, provided) =>
    trainVdm(networks.denoiser, gamma!, { ...training, ...provided }),
};
