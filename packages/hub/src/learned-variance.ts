import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DdpmUnetConfig, modelConfig } from '@diffgan/unet';

/** Whether a network predicts the variance of a step, too. */
export const hasLearnedVariance = (network: LayersModel): boolean =>
  (modelConfig(network) as Partial<DdpmUnetConfig>).learnedVariance === true;
