import * as tf from '@tensorflow/tfjs-core';
import { callModel } from '@diffgan/ops';
import { classifierFreeGuidance, classifierGuidance, type Compile } from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';
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
  return compile ? compile(network) : network;
}

/** The network itself, which takes labels in its own type and, where it was trained on moved images, hears that these are not. */
function plainNetwork({ model, classes }: Drawable): Network {
  const further = model.inputs.slice(2);
  return (xt, position, labels) =>
    tf.tidy(() => {
      const inputs = further.map(({ dtype, shape: [, size] }, i) =>
        i === 0 && classes !== undefined ? tf.cast(labels, dtype) : tf.zeros([xt.shape[0], size!], dtype),
      );
      return callModel(model, [xt, position, ...inputs]);
    });
}
