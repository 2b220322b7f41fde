import * as tf from '@tensorflow/tfjs-core';
import { gather, type Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { type DecoderOptions, discretizedLogLikelihood } from './discretized-log-likelihood.ts';
import { klNormal } from './kl-normal.ts';
import { sumPerExample } from './per-example.ts';
import { posteriorMean } from './posterior-mean.ts';

/** x_t, and p(x_{t−1} | x_t) as a Gaussian. */
interface ReverseStep extends DecoderOptions {
  t: Steps;
  xt: tf.Tensor;
  mean: tf.Tensor;
  logVariance: tf.Tensor;
}

/** L_{t−1}, or L_0 where t is 1, in nats `[B]`; call it in `tf.tidy`. */
export function boundTerm(schedule: NoiseSchedule, x0: tf.Tensor, step: ReverseStep): tf.Tensor1D {
  const { t, xt, mean, logVariance, levels, form } = step;
  const divergence = () => {
    const posterior = {
      mean: posteriorMean(schedule, x0, t, { xt }),
      logVariance: gather(schedule.logBetaTildeClipped, t, x0.rank),
    };
    return sumPerExample(klNormal(posterior, { mean, logVariance }));
  };
  const decoder = () => {
    const logScale = tf.mul(0.5, logVariance);
    return tf.neg(sumPerExample(discretizedLogLikelihood(x0, { mean, logScale, levels, form })));
  };
  // Most batches need one of the two, which steps on the host tell.
  const firsts = t instanceof tf.Tensor ? undefined : Array.from(t).filter((step) => step === 1).length;
  if (firsts === 0) return divergence();
  if (firsts === x0.shape[0]) return decoder();
  const isFirst = gather(
    schedule.beta.map((_, i) => (i === 0 ? 1 : 0)),
    t,
    1,
  );
  return tf.where(tf.cast(isFirst, 'bool'), decoder(), divergence());
}
