import * as tf from '@tensorflow/tfjs-core';
import { type DistillationDivergence, distillationWeight } from '@diffgan/fgan-losses';
import { predict, type Prediction } from '@diffgan/objectives';
import { gather } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { DescentOptions } from './descent.ts';

/** What is known of diffused samples x_s, s being steps of the teacher. */
export interface Diffused {
  /** x_s = √ᾱ_s x0 + √(1 − ᾱ_s) ε, [B, …]. */
  xs: tf.Tensor;
  /** The samples x0 that it was made from. */
  x0: tf.Tensor;
  /** s, int32 [B]. */
  s: tf.Tensor1D;
  /** Outputs of teacher and fake denoiser at (x_s, s). */
  teacher: tf.Tensor;
  fake: tf.Tensor;
  /** The critic's logits [B], where the divergence asks for them. */
  logits?: tf.Tensor1D;
}

/** How a difference of scores becomes a gradient. */
export interface DistillationOptions {
  schedule: NoiseSchedule;
  predicts: Prediction;
  divergence: DistillationDivergence;
  weighting: 'error' | 'none';
  /** Bins of noise levels, one after another from row to row, in which weights have a mean of 1; 0 leaves them as they are. */
  bins: number;
  /** The processes that have the batch together. @defaultValue this one alone */
  team?: Pick<DescentOptions, 'team' | 'rows'>;
}

/**
 * The gradient of D_f(Q_s‖P_s) by samples x0 of the student, [B, …], up to the mean over the batch:
 *
 *     ω_s w(u) √ᾱ_s/√(1 − ᾱ_s) (ε̂_teacher − ε̂_fake)(x_s, s),   ∇log q_s = −ε̂/√(1 − ᾱ_s)
 *
 * with ω_s = 1 or, by the teacher's error, D/‖x0 − x̂0‖₁ (1 − ᾱ_s)/√ᾱ_s, which leaves √(1 − ᾱ_s) (ε̂_teacher − ε̂_fake) in units of that error.
 */
export function distillationGradient(diffused: Diffused, options: DistillationOptions): tf.Tensor {
  const { xs, x0, s, teacher, fake, logits } = diffused;
  const { schedule, predicts, divergence, weighting, bins, team } = options;
  const [ofTeacher, ofFake] = [teacher, fake].map((output) => predict(predicts, schedule, output, { t: s, xt: xs }));
  const difference = tf.sub(ofTeacher.eps, ofFake.eps);
  const column = (perExample: tf.Tensor) => tf.reshape(perExample, [-1, ...x0.shape.slice(1).map(() => 1)]);
  let scale: tf.Tensor =
    weighting === 'none'
      ? gather(schedule.snr.map(Math.sqrt), s, x0.rank)
      : tf.div(
          gather(schedule.oneMinusAlphaBar.map(Math.sqrt), s, x0.rank),
          column(meanAbsolute(tf.sub(x0, ofTeacher.x0))),
        );
  if (logits && divergence !== 'rkl') {
    const weight = distillationWeight(divergence)(logits);
    scale = tf.mul(scale, column(bins === 0 ? weight : normalised(weight, bins, team)));
  }
  return tf.mul(scale, difference);
}

/** Mean absolute value of each example, [B]; never so small that dividing by it overflows. */
const meanAbsolute = (x: tf.Tensor): tf.Tensor1D =>
  tf.maximum(tf.mean(tf.reshape(tf.abs(x), [x.shape[0], -1]), 1), 1e-6);

/** Weights over their mean among the rows of the same bin, row i being of bin i mod `bins`. */
function normalised(weight: tf.Tensor1D, bins: number, parts: DistillationOptions['team']): tf.Tensor1D {
  if (parts && parts.team.size > 1) return normalisedTogether(weight, bins, parts);
  const byBin = tf.reshape(weight, [-1, bins]);
  return tf.reshape(tf.div(byBin, tf.maximum(tf.mean(byBin, 0), 1e-30)), weight.shape);
}

/** The same where each process has some of the rows. */
function normalisedTogether(
  weight: tf.Tensor1D,
  bins: number,
  { team, rows }: Pick<DescentOptions, 'team' | 'rows'>,
): tf.Tensor1D {
  const bin = tf.tensor1d(
    rows.numbers.map((row) => row % bins),
    'int32',
  );
  const isOfBin = tf.cast(tf.oneHot(bin, bins), 'float32') as tf.Tensor2D;
  const sums = tf.matMul(tf.reshape(weight, [1, -1]), isOfBin);
  const means = tf.mul(team.mean(sums), (team.size * bins) / rows.batch);
  const ofRow = tf.matMul(isOfBin, tf.maximum(means, 1e-30), false, true);
  return tf.div(weight, tf.reshape(ofRow, weight.shape));
}
