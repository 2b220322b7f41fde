import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { splitOutput } from '@diffgan/objectives';
import { callModel, describeModel, modelFacts } from '@diffgan/ops';
import { classifierFreeGuidance, classifierGuidance, type Compile, withoutAugmentation } from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';
import { type DdpmUnetConfig, modelConfig } from '@diffgan/unet';
import type { Drawable } from './drawable.ts';

type Network = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The denoiser as samplers call it, `(xt, position, labels?)`, with the guidance that the configuration asks for. */
export function guidedNetwork(drawable: Drawable, schedule: NoiseSchedule | undefined, compile?: Compile): Network {
  const { classes, classifier, sampling } = drawable;
  const plain = plainNetwork(drawable);
  let network = plain;
  if (classifier && schedule)
    network = classifierGuidance(plain, classifier, {
      w: sampling.guidance ?? 1,
      schedule,
      predicts: sampling.predicts,
      conditional: classes !== undefined,
    });
  else if (classes !== undefined && sampling.guidance !== undefined && sampling.guidance !== 0)
    network = classifierFreeGuidance(plain, { w: sampling.guidance, nullCond: classes });
  return compile ? describeModel(compile(network), modelFacts(network)) : network;
}

/** The network itself; it takes labels in its own type, and its predicted variance goes where it is wanted alone. */
function plainNetwork({ model, classes, sampling }: Drawable): Network {
  const { augmentationLabels } = modelConfig(model) as Partial<DdpmUnetConfig>;
  const splits = hasLearnedVariance(model) && sampling.sampler !== 'ddpm';
  const network: Network = augmentationLabels ? withoutAugmentation(model) : (...inputs) => callModel(model, inputs);
  const plain: Network = (xt, position, labels) =>
    tf.tidy(() => {
      const inputs = classes === undefined ? [] : [tf.cast(labels, model.inputs[2].dtype)];
      const output = network(xt, position, ...inputs);
      return splits ? splitOutput(output).prediction : output;
    });
  return describeModel(plain, modelFacts(model));
}

/** Whether a network predicts the variance of a step, too. */
export const hasLearnedVariance = (model: LayersModel): boolean =>
  (modelConfig(model) as Partial<DdpmUnetConfig>).learnedVariance === true;
