import * as tf from '@tensorflow/tfjs-core';
import { checkLogits } from './check-logits.ts';
import type { AdversarialLoss } from './loss-pair.ts';

/** Options that all f-divergences share. */
export interface DivergenceOptions {
  /**
   * What the generator minimises: `'saturating'` is the other side of the min–max game, −f*(g(V)); `'nonSaturating'` is −g(V).
   * @defaultValue `'nonSaturating'` for `gan`, `'saturating'` otherwise
   */
  generator?: 'saturating' | 'nonSaturating';
  /**
   * The c > 0 from which the losses continue e^V along its tangent e^c (1 + V − c), and e^−V alike: exponentials of raw logits
   * overflow at 88 and ruin Adam's moments long before. `Infinity` is the exact loss.
   * @defaultValue `15`
   */
  expLimit?: number;
}

/** Logits to the dual variable T = g(V), or to f*(T); `limit` is `expLimit`. Differentiable twice. */
export type LogitFunction = (v: tf.Tensor1D, limit: number) => tf.Tensor1D;

/** How a divergence looks from the logits. */
export interface VariationalForm {
  link: LogitFunction;
  conjugateOfLink: LogitFunction;
}

/** The losses of the bound D_f ≥ E_q g(V) − E_p f*(g(V)): the critic raises it, the generator lowers the part that it sees. */
export function variationalLosses(
  caller: string,
  { link, conjugateOfLink }: VariationalForm,
  { generator = 'saturating', expLimit = 15 }: DivergenceOptions,
): Pick<AdversarialLoss, 'criticLoss' | 'generatorLoss'> {
  if (generator !== 'saturating' && generator !== 'nonSaturating')
    throw new RangeError(`${caller}: generator is '${String(generator)}'; use 'saturating' or 'nonSaturating'`);
  if (!(expLimit > 0)) throw new RangeError(`${caller}: expLimit is ${expLimit}; give a number > 0, or Infinity`);
  const lowered = generator === 'saturating' ? conjugateOfLink : link;
  return {
    criticLoss(real, fake) {
      checkLogits('criticLoss', real, fake);
      return tf.tidy(() => tf.sub(conjugateOfLink(fake, expLimit), link(real, expLimit)));
    },
    generatorLoss(fake) {
      checkLogits('generatorLoss', fake);
      return tf.tidy(() => tf.neg(lowered(fake, expLimit)));
    },
  };
}
