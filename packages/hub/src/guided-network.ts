import * as tf from '@tensorflow/tfjs-core';
import { edmDenoiser, splitOutput } from '@diffgan/objectives';
import { callModel, describeModel, modelFacts } from '@diffgan/ops';
import {
  autoguidance,
  classifierFreeGuidance,
  classifierGuidance,
  type Compile,
  withoutAugmentation,
} from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';
import { type DdpmUnetConfig, modelConfig } from '@diffgan/unet';
import { type ChainParts, networkClasses } from './chain-parts.ts';
import { clipping } from './clipping.ts';
import { hasLearnedVariance } from './learned-variance.ts';
import { samplerPrediction } from './sampler-prediction.ts';
import { stepVariance } from './step-variance.ts';

type Network = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The denoiser as samplers call it, `(xt, position, labels?)`, with the guidance that the configuration asks for. */
export function guidedNetwork(parts: ChainParts, schedule: NoiseSchedule | undefined, compile?: Compile): Network {
  const { classifier, sampling, worse } = parts;
  const classes = networkClasses(parts.network);
  const own = plainNetwork(parts);
  const plain = worse
    ? autoguidance(own, { bad: plainNetwork({ ...parts, network: worse }), scale: sampling.autoguidance! }) // it was checked
    : own;
  let network = plain;
  if (classifier && schedule)
    network = classifierGuidance(plain, classifier, {
      w: sampling.guidance ?? 1,
      schedule,
      predicts: samplerPrediction(sampling),
      form: sampling.guidanceForm,
      variance: sampling.sampler === 'ddpm' ? stepVariance(parts, schedule) : undefined,
      clip: clipping(parts).before,
      conditional: classes !== undefined,
    });
  else if (classes !== undefined && sampling.guidance !== undefined && sampling.guidance !== 0)
    network = classifierFreeGuidance(plain, { w: sampling.guidance, nullCond: classes });
  return compile ? describeModel(compile(network), modelFacts(network)) : network;
}

/** The network itself; it takes labels in its own type, and its predicted variance goes where it is wanted alone. One of EDM denoises. */
function plainNetwork({ network, sampling }: ChainParts): Network {
  const splits = hasLearnedVariance(network) && sampling.sampler !== 'ddpm';
  const call: Network = (modelConfig(network) as Partial<DdpmUnetConfig>).augmentationLabels
    ? withoutAugmentation(network)
    : (...inputs) => callModel(network, inputs);
  const plain: Network = (xt, position, labels) =>
    tf.tidy(() => {
      const inputs = networkClasses(network) === undefined ? [] : [tf.cast(labels, network.inputs[2].dtype)];
      const output = call(xt, position, ...inputs);
      return splits ? splitOutput(output).prediction : output;
    });
  const { predicts, sigmaData } = sampling;
  return describeModel(predicts === 'edm' ? edmDenoiser(plain, { sigmaData }) : plain, modelFacts(network));
}
