import * as tf from '@tensorflow/tfjs-core';
import { callModel, describeModel, type Model, modelFacts } from '@diffgan/ops';

/** Options of {@link autoguidance}. */
export interface AutoguidanceOptions {
  /** A worse model of the same data that predicts the same: smaller, or trained for a shorter time, or an average of an earlier state. */
  bad: Model;
  /** s: 1 is the good model itself, more leads away from where the bad one goes wrong. */
  scale: number;
}

/**
 * A model guided by a bad version of itself: D̃ = D_bad + s (D_good − D_bad). The same rule holds for models that predict ε, x_0, v or the
 * mean, as long as both predict the same. Where they have twice the channels of x_t, the second half, the variance, stays the good one's.
 *
 * @param good a prediction of the shape of x_t from `[x_t, position]`, and perhaps a condition
 * @returns a model of the same inputs
 * @throws RangeError if `scale` is not finite, or (when called) the two predictions differ in shape
 *
 * Source: Karras et al. 2024 (arXiv:2406.02507), eq. 3.
 *
 * @example
 * ```ts
 * import { autoguidance, ddimSampler, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const [good, bad] = [0.5, 0.4].map((gain) => (xt: tf.Tensor) => tf.mul(xt, gain));
 * const guided = autoguidance(good, { bad, scale: 2 });
 * const samples = await run(ddimSampler(guided, vpSchedule(10), { shape: [2, 3] })); // [2, 3]
 * ```
 */
export function autoguidance(good: Model, { bad, scale }: AutoguidanceOptions): (...inputs: tf.Tensor[]) => tf.Tensor {
  if (!Number.isFinite(scale)) throw new RangeError(`autoguidance: scale is ${scale}; give a finite number`);
  const guided = (...inputs: tf.Tensor[]) =>
    tf.tidy(() => {
      const [better, worse] = [good, bad].map((model) => callModel(model, inputs));
      if (better.shape.join() !== worse.shape.join())
        throw new RangeError(
          `autoguidance: the models predict [${better.shape}] and [${worse.shape}]; both must be models of the same data`,
        );
      const mix = (g: tf.Tensor, b: tf.Tensor) => tf.add(b, tf.mul(scale, tf.sub(g, b)));
      const channels = inputs[0].shape[inputs[0].rank - 1];
      if (better.shape[better.rank - 1] !== 2 * channels) return mix(better, worse);
      const [[prediction, spread], [predictionOfBad]] = [better, worse].map((y) => tf.split(y, 2, -1));
      return tf.concat([mix(prediction, predictionOfBad), spread], -1);
    });
  return describeModel(guided, modelFacts(good));
}
