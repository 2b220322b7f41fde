import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Prediction } from '@diffgan/objectives';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { RandomOptions } from './random-options.ts';

/** A shape with the batch first. The empty one is none: it makes TypeScript see `[16, 28, 28, 1]` as four numbers, not as some. */
export type SampleShape = readonly number[] | readonly [];

/** What is drawn in a shape: images in `[B, H, W, C]`, points in `[B, D]`; in one that is known only at run time, a tensor. */
export type SamplesOf<Shape extends SampleShape> = Shape extends readonly [number, number, number, number]
  ? Tensor4D
  : Shape extends readonly [number, number]
    ? Tensor2D
    : Tensor;

/** Where a reverse chain starts: a shape to draw x_T ~ N(0, I) in, or x_T itself, which is of the type of the samples. */
export type SamplerStart<Shape extends SampleShape = SampleShape, Samples extends Tensor = Tensor> =
  | {
      /** Shape of the samples with the batch first, e.g. `[16, 28, 28, 1]`. */
      shape: Shape;
      xT?: undefined;
    }
  | {
      shape?: undefined;
      /** The state to start from, `[B, …]`: noise, or x_t if `from` is t. It is not disposed. */
      xT: Samples;
    };

/**
 * Options of every sampler.
 *
 * All randomness comes from `key`: x_T uses `foldIn(key, 0)`; step t uses `split(foldIn(key, t))`, whose first half draws the
 * latent z (where the model has one) and whose second half draws the noise of x_{t−1}. So the same key gives the same samples
 * on every backend, and the noise of one step does not depend on how many steps came before it. With `keys`, each sample's draws
 * are derived from its own key in the same way.
 */
export type SamplerOptions<Shape extends SampleShape = SampleShape, Samples extends Tensor = Tensor> = SamplerStart<
  Shape,
  Samples
> &
  RandomOptions & {
    /** Condition c, the last input of the model, `[B, …]`. It is not disposed. */
    cond?: Tensor;
    /**
     * The noise of x_{t−1} for each step t that adds some, of the shape of x_t, instead of a draw: e.g. that of another program. What
     * it returns is not disposed, unless made in the call. x_T is given as `xT`.
     */
    noise?: (t: number) => Tensor;
    /**
     * The step t whose x_t the chain starts from.
     * @defaultValue T
     */
    from?: number;
    /**
     * The step t whose x_t the chain ends with, below `from`.
     * @defaultValue `0`, the samples
     */
    until?: number;
    /** Ends sampling with the signal's reason before the next step; all tensors are freed. */
    signal?: AbortSignal;
    /**
     * Whether events carry the current prediction of x_0.
     * @defaultValue `false`
     */
    preview?: boolean;
  };

/** What happens to x̂_0: `true` clips it to [−1, 1], a function replaces it, e.g. that of {@link dynamicThreshold}. */
export type Clip = boolean | ((x0: Tensor) => Tensor);

/** Options of every sampler whose model denoises without a latent. */
export type DiffusionSamplerOptions<
  Shape extends SampleShape = SampleShape,
  Samples extends Tensor = Tensor,
> = SamplerOptions<Shape, Samples> & {
  /**
   * What the model predicts: the noise ε, x_0, v = √ᾱ ε − √(1 − ᾱ) x_0, or the mean of x_{t−1}.
   * @defaultValue `'eps'`
   */
  predicts?: Prediction;
  /**
   * Whether x̂_0 is clipped to [−1, 1], the range of images, before it is used; ε̂ is derived anew from the clipped x̂_0.
   * @defaultValue `true`
   */
  clip?: Clip;
};

/**
 * What a sampler yields after each step.
 *
 * @template Samples what it draws.
 */
export interface SamplerStep<Samples extends Tensor = Tensor> {
  type: 'step';
  /** The step just taken, from x_t to x_{t−1}: T first, 1 last. */
  t: number;
  /** How many steps came before it: 0 first. */
  index: number;
  /** How many steps the chain takes: T, if it is not cut short by `from` or `until`. */
  total: number;
  /** x̂_0 as predicted at this step, if `options.preview`; whoever receives the event disposes it. */
  preview?: Samples;
}

/**
 * The common form of the samplers of discrete schedules, e.g. `ddpmSampler`: what {@link interpolate}, {@link inpaint},
 * {@link sharedLatent} and {@link strokeEdit} decode with. To give one further options, wrap it:
 * `(model, schedule, options) => ddimSampler(model, schedule, { ...options, eta: 0.5 })`.
 */
export type Sampler = (
  model: Model,
  schedule: NoiseSchedule,
  options: SamplerOptions,
) => AsyncGenerator<SamplerStep, Tensor>;
