import * as tf from '@tensorflow/tfjs-core';
import { type Prediction, splitOutput, type VarianceKind } from '@diffgan/objectives';
import { callModel, describeModel, gradientOf, type Model, modelFacts } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { atPositions } from './at-positions.ts';
import { checkPrediction } from './check-prediction.ts';
import { limiter } from './limiter.ts';
import type { Clip } from './sampler-options.ts';

/** Options of {@link classifierGuidance}. */
export interface ClassifierGuidanceOptions {
  /** w, the weight of the classifier: 0 ignores it, 1 samples the posterior of an unconditional model. */
  w: number;
  /** The schedule the sampler runs on: it tells the noise level of a position. */
  schedule: NoiseSchedule;
  /**
   * `'eps'` shifts the score: ε̂ − w √(1 − ᾱ_t) ∇log p(c | x_t), for every sampler. `'mean'` shifts the mean of an ancestral step
   * by w σ_t² ∇log p(c | x_t), σ_t² being the `variance` of that step; for {@link ddpmSampler} with `clip: false`.
   * @defaultValue `'eps'`
   */
  form?: 'eps' | 'mean';
  /**
   * What the model predicts; so does the guided one.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
  /**
   * Variance of the ancestral steps that `'mean'` shifts by: that of the sampler. A learned one is read from the second half of the
   * model's channels, which stays as it is.
   * @defaultValue `'fixedLarge'`
   */
  variance?: VarianceKind;
  /**
   * Whether the model's own x̂_0 is clipped before it is shifted, as OpenAI's guided-diffusion does; the sampler then takes
   * `clip: false`. Unless told, guidance comes first and the sampler clips what came out.
   * @defaultValue `false`
   */
  clip?: Clip;
  /**
   * Whether the model is conditional, too, and takes `cond` as its last input. Weight w on a conditional model equals w + 1 on
   * an unconditional one.
   * @defaultValue `false`
   */
  conditional?: boolean;
}

/**
 * A model guided by a classifier of noisy images: its prediction is shifted along ∇_{x_t} log p(c | x_t). The class is `cond`, int32
 * `[B]`, of the sampler's options. Where the model has twice the channels of x_t, the second half, its variance, stays as it is.
 *
 * @param model a prediction of the shape of x_t, or of twice its channels, from `[x_t, position]` (or `[x_t, position, cond]`, if `conditional`)
 * @param classifier logits `[B, classes]` from `[x_t, position]`, differentiable in x_t
 * @returns a model of `[x_t, position, cond]`
 * @throws RangeError if `form`, `predicts` or `variance` is unknown or `w` is not finite; (when called) TypeError without `cond`,
 * RangeError if the model's output has another shape
 *
 * Source: Dhariwal, Nichol 2021 (arXiv:2105.05233), algorithms 1 (`'mean'`) and 2 (`'eps'`).
 *
 * @example
 * ```ts
 * import { classifierGuidance, ddimSampler, run } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const schedule = vpSchedule(10);
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const classifier = (xt: tf.Tensor) => tf.concat([xt, tf.neg(xt)], 1); // logits of two classes
 * const guided = classifierGuidance(model, classifier, { w: 1, schedule });
 * const cond = tf.tensor1d([0, 1], 'int32');
 * const samples = await run(ddimSampler(guided, schedule, { shape: [2, 1], cond })); // the first larger than the second
 * ```
 */
export function classifierGuidance(
  model: Model,
  classifier: Model,
  options: ClassifierGuidanceOptions,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  const { w, schedule, form = 'eps', predicts = 'eps', variance = 'fixedLarge', clip = false, conditional } = options;
  checkOptions({ w, form, predicts, variance });
  const { slope, intercept } = inX0(schedule, predicts);
  const limit = limiter(clip);
  const guided = (...[xt, position, cond]: tf.Tensor[]) => {
    if (!cond) throw new TypeError('classifierGuidance: no condition; give the sampler the classes as cond, int32 [B]');
    return tf.tidy(() => {
      const at = atPositions(schedule, position, xt.rank);
      const gradient = gradientOf((x) => logProbability(callModel(classifier, [x, position]), cond), xt);
      const output = callModel(model, conditional ? [xt, position, cond] : [xt, position]);
      const { prediction, spread } = halves(output, xt);
      checkPrediction('classifierGuidance', prediction, xt);
      const factor =
        form === 'eps'
          ? at(scoreShift(schedule).map((shift, i) => shift / slope[i]))
          : tf.mul(
              at(slope.map((s, i) => 1 / (s * schedule.posteriorX0[i]))),
              ownVariance(schedule, { variance, spread, at }),
            );
      const guided = tf.add(prediction, tf.mul(tf.mul(w, factor), gradient));
      if (!limit) return joined(guided, spread);
      const x0 = tf.add(tf.mul(at(slope), prediction), tf.mul(at(intercept), xt));
      return joined(tf.add(guided, tf.mul(at(slope.map((s) => 1 / s)), tf.sub(limit(x0), x0))), spread);
    });
  };
  return describeModel(guided, { ...modelFacts(model), labels: classesOf(classifier) });
}

/** How many classes a LayersModel tells apart; a plain function does not say. */
function classesOf(classifier: Model): number | undefined {
  const { outputs } = classifier as { outputs?: readonly { shape: readonly (number | null)[] }[] };
  return outputs?.[0].shape[1] ?? undefined;
}

/** The halves of an output with twice the channels of x_t: a prediction, and what the model says of its variance. */
function halves(output: tf.Tensor, xt: tf.Tensor): { prediction: tf.Tensor; spread?: tf.Tensor } {
  if (output.shape.at(-1) !== 2 * xt.shape[xt.rank - 1]) return { prediction: output };
  const { prediction, variance: spread } = splitOutput(output);
  return { prediction, spread };
}

const joined = (prediction: tf.Tensor, spread?: tf.Tensor) =>
  spread ? tf.concat([prediction, spread], -1) : prediction;

/** Every prediction is affine in x̂_0 at fixed x_t: x̂_0 = slope · prediction + intercept · x_t. */
function inX0(schedule: NoiseSchedule, predicts: Prediction): { slope: Float64Array; intercept: Float64Array } {
  const { alphaBar, oneMinusAlphaBar, posteriorX0, posteriorXt } = schedule;
  const signal = alphaBar.map(Math.sqrt);
  const noise = oneMinusAlphaBar.map(Math.sqrt);
  return {
    eps: { slope: noise.map((s, i) => -s / signal[i]), intercept: signal.map((a) => 1 / a) },
    x0: { slope: signal.map(() => 1), intercept: signal.map(() => 0) },
    v: { slope: noise.map((s) => -s), intercept: signal },
    mean: { slope: posteriorX0.map((c1) => 1 / c1), intercept: posteriorXt.map((c2, i) => -c2 / posteriorX0[i]) },
  }[predicts];
}

/** How far x̂_0 moves per unit of the gradient when ε̂ moves by −√(1 − ᾱ_t) of it. */
const scoreShift = ({ alphaBar, oneMinusAlphaBar }: NoiseSchedule) =>
  oneMinusAlphaBar.map((v, i) => v / Math.sqrt(alphaBar[i]));

/** σ_t² of the model's step; at t = 1 that of the decoder, where it is not 0. */
function ownVariance(
  { beta, betaTilde, logVarLarge, logBetaTildeClipped: logSmall }: NoiseSchedule,
  from: { variance: VarianceKind; spread?: tf.Tensor; at: (values: ArrayLike<number>) => tf.Tensor },
): tf.Tensor {
  const { variance, spread, at } = from;
  if (variance === 'fixedSmall') return at(betaTilde);
  if (variance === 'fixedLarge') return at(logVarLarge.map(Math.exp));
  if (!spread)
    throw new RangeError(
      `classifierGuidance: variance is '${variance}', but the model's output has no second half for it; use fixedLarge or fixedSmall`,
    );
  if (variance === 'learned') return tf.exp(spread);
  const share = tf.mul(0.5, tf.add(spread, 1));
  return tf.exp(tf.add(at(logSmall), tf.mul(at(beta.map((b, i) => Math.log(b) - logSmall[i])), share)));
}

function checkOptions(options: { w: number; form: string; predicts: string; variance: string }): void {
  if (!Number.isFinite(options.w)) throw new RangeError(`classifierGuidance: w is ${options.w}; give a finite number`);
  const known = {
    form: ['eps', 'mean'],
    predicts: ['eps', 'x0', 'v', 'mean'],
    variance: ['fixedLarge', 'fixedSmall', 'learned', 'learnedRange'],
  };
  for (const [name, values] of Object.entries(known) as [keyof typeof known, string[]][])
    if (!values.includes(options[name]))
      throw new RangeError(`classifierGuidance: ${name} is '${options[name]}'; use one of ${values.join(', ')}`);
}

/** log softmax at the given class, summed over the batch: examples do not mix. */
function logProbability(logits: tf.Tensor, classes: tf.Tensor): tf.Tensor {
  const oneHot = tf.oneHot(tf.cast(classes, 'int32'), logits.shape[1]!);
  return tf.sum(tf.mul(tf.cast(oneHot, 'float32'), tf.logSoftmax(logits)));
}
