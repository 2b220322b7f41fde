import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkBatch, checkSameShape } from './check-batch.ts';
import { clipToImages } from './clip-to-images.ts';
import { checkPrediction, type Prediction } from './prediction.ts';

/** Options of {@link predict}. */
export interface PredictOptions {
  /** One step in 1…T per example: numbers, or a tensor `[B]` (whose values are not checked). */
  t: Steps;
  /** x_t, of the shape of `output`. It is not disposed. */
  xt: tf.Tensor;
  /**
   * Whether to clip x̂_0 to [−1, 1], the range of images, or the function that limits it: samplers do, losses do not.
   * @defaultValue `false`
   */
  clip?: boolean | ((x0: tf.Tensor) => tf.Tensor);
}

/** Data and noise as a network predicts them; x_t = √ᾱ_t x0 + √(1 − ᾱ_t) eps holds. */
export interface Predicted {
  /** x̂_0. */
  x0: tf.Tensor;
  /** ε̂; made from x̂_0 if that was clipped. */
  eps: tf.Tensor;
}

/**
 * The x̂_0 and ε̂ that the output of a network implies, whatever it predicts. With A = √ᾱ_t and S = √(1 − ᾱ_t):
 *
 * | output | x̂_0 | ε̂ |
 * | --- | --- | --- |
 * | `eps` | (x_t − S ε̂)/A | – |
 * | `x0` | – | (x_t − A x̂_0)/S |
 * | `v` | A x_t − S v̂ | S x_t + A v̂ |
 * | `mean` | (μ − c2 x_t)/c1 | from x̂_0 |
 *
 * @param kind what the network predicts
 * @param output its output, `[B, …]`; not disposed
 * @returns two tensors of the shape of `output`, which the caller disposes. Differentiable in `output` and `xt`
 * @throws RangeError if `kind` is unknown, `t` does not hold B steps in 1…T, `xt` has another shape than `output`, or `kind` is
 * `'eps'` at a step whose SNR is 0, where the noise says nothing about the data (checked when `t` is on the host)
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eqs. 7 and 15; Salimans, Ho 2022 (arXiv:2202.00512), appendix D, for v.
 *
 * @example
 * ```ts
 * import { predict } from '@diffgan/objectives';
 * import { linearSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const xt = tf.tensor2d([[0.9]]);
 * const { x0 } = predict('eps', linearSchedule(), tf.tensor2d([[0.6]]), { t: [500], xt }); // [[1.1559…]]
 * ```
 */
export function predict(
  kind: Prediction,
  schedule: NoiseSchedule,
  output: tf.Tensor,
  options: PredictOptions,
): Predicted {
  const { t, xt, clip = false } = options;
  checkPrediction('predict', kind);
  checkBatch('predict', schedule, output, t);
  checkSameShape('predict', 'xt', xt, output);
  if (kind === 'eps') checkSignal(schedule, t);
  const limit = clip === true ? clipToImages : clip;
  return tf.tidy(() => {
    const { x0, eps } = converters[kind]({ schedule, output, t, xt });
    if (!limit) return { x0, eps };
    const clipped = limit(x0);
    checkSameShape('predict', 'the clipped prediction', clipped, output);
    return { x0: tf.clone(clipped), eps: epsOf({ schedule, output: clipped, t, xt }) };
  });
}

interface Conversion {
  schedule: NoiseSchedule;
  output: tf.Tensor;
  t: Steps;
  xt: tf.Tensor;
}

const converters: Record<Prediction, (conversion: Conversion) => Predicted> = {
  eps: ({ schedule, output, t, xt }) => {
    const inverseSignal = schedule.alphaBar.map((a) => 1 / Math.sqrt(a));
    const noiseToSignal = schedule.snr.map((snr) => 1 / Math.sqrt(snr));
    return { x0: difference(t, [inverseSignal, xt], [noiseToSignal, output]), eps: tf.clone(output) };
  },
  x0: (conversion) => ({ x0: tf.clone(conversion.output), eps: epsOf(conversion) }),
  v: ({ schedule, output, t, xt }) => {
    const signal = schedule.alphaBar.map(Math.sqrt);
    const sigma = schedule.oneMinusAlphaBar.map(Math.sqrt);
    const minusSignal = signal.map((a) => -a);
    return { x0: difference(t, [signal, xt], [sigma, output]), eps: difference(t, [sigma, xt], [minusSignal, output]) };
  },
  mean: ({ schedule, output, t, xt }) => {
    const inverse = schedule.posteriorX0.map((c1) => 1 / c1);
    const share = schedule.posteriorXt.map((c2, i) => c2 / schedule.posteriorX0[i]);
    const x0 = difference(t, [inverse, output], [share, xt]);
    return { x0, eps: epsOf({ schedule, output: x0, t, xt }) };
  },
};

/** ε̂ = (x_t − √ᾱ_t x̂_0) / √(1 − ᾱ_t). */
function epsOf({ schedule, output: x0, t, xt }: Conversion): tf.Tensor {
  const inverseSigma = schedule.oneMinusAlphaBar.map((v) => 1 / Math.sqrt(v));
  return difference(t, [inverseSigma, xt], [schedule.snr.map(Math.sqrt), x0]);
}

type Term = readonly [coefficients: Float64Array, x: tf.Tensor];

function difference(t: Steps, [a, x]: Term, [b, y]: Term): tf.Tensor {
  return tf.sub(tf.mul(gather(a, t, x.rank), x), tf.mul(gather(b, t, y.rank), y));
}

function checkSignal({ snr, steps }: NoiseSchedule, t: Steps): void {
  if (snr[steps - 1] > 0 || t instanceof tf.Tensor) return;
  for (let i = 0; i < t.length; i++)
    if (snr[t[i] - 1] === 0)
      throw new RangeError(
        `predict: at t = ${t[i]} the signal-to-noise ratio is 0 and ε says nothing about x_0; use a model that predicts v or x0`,
      );
}
