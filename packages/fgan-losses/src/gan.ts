import { softplus } from '@diffgan/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from './adversarial-loss.ts';
import { checkLogits } from './check-logits.ts';

/** The GAN of Goodfellow et al. 2014, D = σ(V), with the generator that does not saturate. */
export const gan: AdversarialLoss = {
  name: 'gan',
  criticLoss(real, fake) {
    checkLogits('criticLoss', real, fake);
    return tf.tidy(() => tf.add(softplus(tf.neg(real)), softplus(fake)));
  },
  generatorLoss(fake) {
    checkLogits('generatorLoss', fake);
    return tf.tidy(() => softplus(tf.neg(fake)));
  },
};
