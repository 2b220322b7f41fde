import * as tf from '@tensorflow/tfjs-core';
import { exp, tanh } from '@diffgan/ops';
import { checkSameShape } from './check-batch.ts';
import { logNormalCdf, logOneMinusExp } from './log-normal-cdf.ts';
import { whereAtMost } from './where-at-most.ts';

/** Options that say how pixels are decoded. */
export interface DecoderOptions {
  /**
   * Number of grey levels in [−1, 1], ≥ 2.
   * @defaultValue `256`
   */
  levels?: number;
  /**
   * `'stable'` is right to float32 in the tails, too; `'parity'` computes what released DDPM code does: the distribution
   * function through tanh, its differences not below 1e-12, so that log P is never below −27.6.
   * @defaultValue `'stable'`
   */
  form?: 'stable' | 'parity';
}

/** Options of {@link discretizedLogLikelihood}. */
export interface DiscretizedLogLikelihoodOptions extends DecoderOptions {
  /** Mean μ of the Gaussian, of the shape of `x`. It is not disposed. */
  mean: tf.Tensor;
  /** log σ, of the shape of `x` or with ones in it, such as `[B, 1, 1, 1]`. It is not disposed. */
  logScale: tf.Tensor;
}

/**
 * log P of pixels under a Gaussian that is integrated over the bin of each grey level: log(Φ((x + h − μ)/σ) − Φ((x − h − μ)/σ))
 * with h = 1/(levels − 1). The first and the last bin reach to −∞ and ∞, so the probabilities of all levels sum to 1.
 *
 * @param x pixels on the levels −1 + 2k/(levels − 1), `[B, …]`; not disposed
 * @returns log probabilities in nats, of the shape of `x`; the caller sums and disposes them. Twice differentiable
 * @throws RangeError if `levels` is not a whole number ≥ 2, `form` is unknown, `mean` has another shape than `x` or `logScale` one
 * that does not fit
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), eq. 13.
 *
 * @example
 * ```ts
 * import { discretizedLogLikelihood } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const x = tf.tensor2d([[-1]]);
 * discretizedLogLikelihood(x, { mean: tf.tensor2d([[-0.98]]), logScale: tf.tensor2d([[Math.log(0.01)]]) }); // [[-2.9199…]]
 * ```
 */
export function discretizedLogLikelihood<T extends tf.Tensor>(x: T, options: DiscretizedLogLikelihoodOptions): T {
  const { mean, logScale, levels = 256, form = 'stable' } = options;
  checkDecoder('discretizedLogLikelihood', { levels, form });
  checkSameShape('discretizedLogLikelihood', 'mean', mean, x);
  if (logScale.rank !== x.rank || logScale.shape.some((size, i) => size !== 1 && size !== x.shape[i]))
    throw new RangeError(
      `discretizedLogLikelihood: logScale has shape [${logScale.shape}]; it must be that of x, [${x.shape}], or have ones in it`,
    );
  return tf.tidy(() => {
    const half = 1 / (levels - 1);
    const inverse = exp(tf.neg(logScale));
    const centre = tf.mul(tf.sub(x, mean), inverse);
    const width = tf.mul(half, inverse);
    const log = (form === 'stable' ? stable : parity)(centre, width);
    // Half a bin of slack: pixels computed in float32 may miss ±1.
    const rest = whereAtMost(x, 1 - half, log.interior, log.right);
    return whereAtMost(x, half - 1, log.left, rest) as T;
  });
}

/** Throws unless the options are valid. */
export function checkDecoder(caller: string, { levels = 256, form = 'stable' }: DecoderOptions): void {
  if (!Number.isInteger(levels) || levels < 2)
    throw new RangeError(`${caller}: levels is ${levels}; give the number of grey levels, a whole number ≥ 2`);
  if (form !== 'stable' && form !== 'parity')
    throw new RangeError(`${caller}: form is '${String(form)}'; use one of stable, parity`);
}

/** log P of the bins that reach to −∞, to ∞, and to neither. */
interface Bins {
  left: tf.Tensor;
  right: tf.Tensor;
  interior: tf.Tensor;
}

function stable(centre: tf.Tensor, width: tf.Tensor): Bins {
  // A bin and its mirror image have the same P, and the left tail keeps its digits.
  const mirrored = tf.neg(tf.abs(centre));
  const upper = logNormalCdf(tf.add(mirrored, width));
  const lower = logNormalCdf(tf.sub(mirrored, width));
  return {
    left: logNormalCdf(tf.add(centre, width)),
    right: logNormalCdf(tf.sub(width, centre)),
    interior: tf.add(upper, logOneMinusExp(tf.sub(upper, lower))),
  };
}

function parity(centre: tf.Tensor, width: tf.Tensor): Bins {
  const lower = tanhCdf(tf.sub(centre, width));
  const upper = tanhCdf(tf.add(centre, width));
  const floored = (p: tf.Tensor) => tf.log(whereAtMost(p, 1e-12, tf.fill(p.shape, 1e-12), p));
  return { left: floored(upper), right: floored(tf.sub(1, lower)), interior: floored(tf.sub(upper, lower)) };
}

/** Φ(x) ≈ ½(1 + tanh(√(2/π)(x + 0.044715 x³))). */
function tanhCdf(x: tf.Tensor): tf.Tensor {
  const cubic = tf.mul(x, tf.add(1, tf.mul(0.044715, tf.square(x))));
  return tf.mul(0.5, tf.add(1, tanh(tf.mul(Math.sqrt(2 / Math.PI), cubic))));
}
