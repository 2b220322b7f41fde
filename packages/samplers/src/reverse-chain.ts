import { foldIn, key as newKey, normal, split, type Key } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { nextTask } from './next-task.ts';
import type { SamplerOptions, SamplerStart, SamplerStep } from './sampler-options.ts';

/** What a sampler knows at step t. */
export interface ChainState {
  /** x_t, `[B, …]`. */
  xt: tf.Tensor;
  /** The current step t. */
  t: number;
  /** t for every example, as the functions of `@diffgan/objectives` take it. */
  steps: readonly number[];
  /** Network input t − 1 for every example, float32 `[B]`. */
  position: tf.Tensor1D;
  /** Key of z. */
  latentKey: Key;
  /** Key of the noise of x_{t−1}. */
  noiseKey: Key;
}

/** Predicts x_0 from x_t and moves to x_{t−1}; runs inside `tf.tidy`. */
export type ReverseStep = (state: ChainState) => { x0Hat: tf.Tensor; xPrev: tf.Tensor };

/**
 * The loop all samplers share: x_T ~ N(0, I), then `reverseStep` for t = T…1. It owns x_t between steps and frees it however the
 * loop ends; the result and the previews belong to the consumer.
 */
export async function* reverseChain(
  schedule: NoiseSchedule,
  options: SamplerOptions,
  reverseStep: ReverseStep,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const { key = newKey(0), signal, preview = false } = options;
  const total = schedule.steps;
  let xt: tf.Tensor | undefined;
  try {
    xt = initialState(options, key);
    for (let t = total; t >= 1; t--) {
      await nextTask();
      signal?.throwIfAborted();
      const { xPrev, x0Hat } = takeStep(schedule, xt, t, key, preview, reverseStep);
      xt.dispose();
      xt = xPrev;
      yield { type: 'step', t, index: total - t, total, ...(x0Hat && { preview: x0Hat }) };
    }
    const x0 = xt;
    xt = undefined; // handed over
    return x0;
  } finally {
    xt?.dispose();
  }
}

function initialState({ shape, xT }: SamplerStart, key: Key): tf.Tensor {
  if ((shape === undefined) === (xT === undefined))
    throw new TypeError('sampler: give either shape, to start from noise, or xT, to start from a tensor');
  const size = shape ?? xT.shape;
  if (size.length < 2 || !size.every((n) => Number.isInteger(n) && n > 0))
    throw new RangeError(`sampler: the shape is [${size}]; give positive sizes, batch first: [B, H, W, C] or [B, D]`);
  return xT ? tf.clone(xT) : normal(foldIn(key, 0), [...size]);
}

function takeStep(
  schedule: NoiseSchedule,
  xt: tf.Tensor,
  t: number,
  key: Key,
  preview: boolean,
  reverseStep: ReverseStep,
): { xPrev: tf.Tensor; x0Hat?: tf.Tensor } {
  return tf.tidy(() => {
    const [latentKey, noiseKey] = split(foldIn(key, t));
    const steps = new Array<number>(xt.shape[0]).fill(t);
    const position: tf.Tensor1D = tf.fill([xt.shape[0]], schedule.positions[t - 1]);
    const { x0Hat, xPrev } = reverseStep({ xt, t, steps, position, latentKey, noiseKey });
    // x0Hat may be a tensor the model keeps, or xPrev itself: the preview has an owner of its own.
    return preview ? { xPrev, x0Hat: tf.clone(x0Hat) } : { xPrev };
  });
}
