import * as tf from '@tensorflow/tfjs-core';
import { softplus } from '@diffgan/ops';
import { checkLogits } from './check-logits.ts';
import type { LossPair } from './loss-pair.ts';

/** ℓ(Δ) of the lead Δ = V(real) − V(fake), falling where the pair is in the right order. */
type LossOfLead = (lead: tf.Tensor1D) => tf.Tensor1D;

/** The critic wants the real one ahead, the generator the fake one: a constant added to V changes neither. */
function makePair(name: string, lossOf: LossOfLead): LossPair {
  const lossOfLead = (caller: string, ahead: tf.Tensor1D, behind: tf.Tensor1D) => {
    checkLogits(caller, ahead, behind);
    return tf.tidy(() => lossOf(tf.sub(ahead, behind)));
  };
  return Object.freeze<LossPair>({
    name,
    relativistic: true,
    criticLoss: (real, fake) => lossOfLead('criticLoss', real, fake),
    generatorLoss: (fake, real) => lossOfLead('generatorLoss', fake, real),
  });
}

/** The losses of pairs, by the name of the loss of single logits with the same ℓ. */
export const relativisticLosses = {
  gan: /* @__PURE__ */ makePair('gan', (lead) => softplus(tf.neg(lead))),
  hinge: /* @__PURE__ */ makePair('hinge', (lead) => tf.relu(tf.sub<tf.Tensor1D>(1, lead))),
  lsgan: /* @__PURE__ */ makePair('lsgan', (lead) => tf.mul(0.5, tf.square(tf.sub<tf.Tensor1D>(lead, 1)))),
};
