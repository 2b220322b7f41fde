import * as tf from '@tensorflow/tfjs-core';
import { checkLogits } from './check-logits.ts';
import type { AdversarialLoss } from './loss-pair.ts';

/** Names the losses and checks their logits. */
function makeLoss(name: string, critic: AdversarialLoss['criticLoss'], generator: AdversarialLoss['generatorLoss']) {
  return Object.freeze<AdversarialLoss>({
    name,
    relativistic: false,
    criticLoss(real, fake) {
      checkLogits('criticLoss', real, fake);
      return tf.tidy(() => critic(real, fake));
    },
    generatorLoss(fake) {
      checkLogits('generatorLoss', fake);
      return tf.tidy(() => generator(fake));
    },
  });
}

const squaredError = (v: tf.Tensor1D, target: number) => tf.mul<tf.Tensor1D>(0.5, tf.square(tf.sub(v, target)));
const raise = (fake: tf.Tensor1D) => tf.neg(fake);

/** The adversarial losses that no f-divergence is behind. */
export const scoreLosses = {
  wgan: /* @__PURE__ */ makeLoss('wgan', (real, fake) => tf.sub(fake, real), raise),
  hinge: /* @__PURE__ */ makeLoss(
    'hinge',
    (real, fake) => tf.add(tf.relu(tf.sub(1, real)), tf.relu(tf.add(1, fake))),
    raise,
  ),
  lsgan: /* @__PURE__ */ makeLoss(
    'lsgan',
    (real, fake) => tf.add(squaredError(real, 1), squaredError(fake, 0)),
    (fake) => squaredError(fake, 1),
  ),
};
