import { foldIn, nextTask, split } from '@diffgan/ops';
import * as tf from '@tensorflow/tfjs-core';
import { checkRandom, derived, drawNormal, type RandomOptions } from './random-options.ts';
import type { SamplerOptions, SamplerStep } from './sampler-options.ts';

/** The steps of a chain and what the network is told at each; every NoiseSchedule is one. */
export interface Ladder {
  readonly steps: number;
  readonly positions: ArrayLike<number>;
}

/** What a sampler knows at step t. */
export interface ChainState {
  /** x_t, `[B, …]`. */
  xt: tf.Tensor;
  /** The current step t. */
  t: number;
  /** t for every example, as the functions of `@diffgan/objectives` take it. */
  steps: readonly number[];
  /** The last inputs of the network: its position for every example, float32 `[B]`, and the condition if there is one. */
  inputs: tf.Tensor[];
  /** Draws z ~ N(0, I). */
  latent: (shape: readonly number[]) => tf.Tensor;
  /** Draws the noise of x_{t−1}, of the shape of x_t. */
  noise: () => tf.Tensor;
  /** What the step before this one returned as memory. */
  memory?: tf.Tensor;
}

/** What a step returns. */
export interface ChainMove {
  x0Hat: tf.Tensor;
  xPrev: tf.Tensor;
  /** A tensor the next step needs; multistep methods alone have one. */
  memory?: tf.Tensor;
}

/** Predicts x_0 from x_t and moves to x_{t−1}; runs inside `tf.tidy`. */
export type ReverseStep = (state: ChainState) => ChainMove;

/**
 * The loop all samplers share: x_T ~ N(0, I), then `reverseStep` for t = T…1. It owns x_t between steps and frees it however the
 * loop ends; the result and the previews belong to the consumer.
 */
export async function* reverseChain(
  ladder: Ladder,
  options: SamplerOptions,
  reverseStep: ReverseStep,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  return yield* chain(ladder, timesOf(ladder, options), options, reverseStep);
}

/** The steps from `from` down to `until`, the last one left out. */
export function timesOf(ladder: Ladder, { from = ladder.steps, until = 0 }: SamplerOptions): number[] {
  if (!(Number.isInteger(from) && Number.isInteger(until) && until >= 0 && until < from && from <= ladder.steps))
    throw new RangeError(
      `sampler: from is ${from} and until ${until}; give whole numbers with 0 ≤ until < from ≤ ${ladder.steps}, the steps`,
    );
  return Array.from({ length: from - until }, (_, i) => from - i);
}

/** {@link reverseChain} over the given steps in the given order. */
export async function* chain(
  ladder: Ladder,
  times: readonly number[],
  options: SamplerOptions,
  step: ReverseStep,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const { signal, preview = false } = options;
  let xt: tf.Tensor | undefined;
  let memory: tf.Tensor | undefined;
  try {
    xt = initialState(options);
    for (const [index, t] of times.entries()) {
      await nextTask();
      signal?.throwIfAborted();
      const move = takeStep(ladder, { xt, t, memory }, options, step);
      tf.dispose([xt, memory ?? []]);
      ({ xPrev: xt, memory } = move);
      yield { type: 'step', t, index, total: times.length, ...(preview && { preview: move.x0Hat }) };
    }
    const x0 = xt;
    xt = undefined; // handed over
    return x0;
  } finally {
    tf.dispose([xt ?? [], memory ?? []]);
  }
}

/** x_T: a copy of the given one, or noise. */
export function initialState(options: SamplerOptions): tf.Tensor {
  const { shape, xT } = options;
  if ((shape === undefined) === (xT === undefined))
    throw new TypeError('sampler: give either shape, to start from noise, or xT, to start from a tensor');
  const size = shape ?? xT.shape;
  if (size.length < 2 || !size.every((n) => Number.isInteger(n) && n > 0))
    throw new RangeError(`sampler: the shape is [${size}]; give positive sizes, batch first: [B, H, W, C] or [B, D]`);
  checkRandom(options, size[0]);
  return xT
    ? tf.clone(xT)
    : drawNormal(
        derived(options, (k) => foldIn(k, 0)),
        size,
      );
}

function takeStep(
  ladder: Ladder,
  state: { xt: tf.Tensor; t: number; memory?: tf.Tensor },
  options: SamplerOptions,
  step: ReverseStep,
): Omit<ChainMove, 'x0Hat'> & Partial<ChainMove> {
  const { xt, t } = state;
  const batch = xt.shape[0];
  return tf.tidy(() => {
    const { x0Hat, xPrev, memory } = step({
      ...state,
      ...knownAt(ladder, t, batch, options.cond),
      latent: (shape) => drawLatent(options, t, shape),
      noise: () => drawNoise(options, t, xt.shape),
    });
    // Clones, since x̂_0 may be a tensor the model keeps, or x_t, x_{t−1} or the memory itself: each has an owner of its own.
    return {
      xPrev: tf.clone(xPrev),
      ...(options.preview && { x0Hat: tf.clone(x0Hat) }),
      ...(memory && { memory: tf.clone(memory) }),
    };
  });
}

/** What does not depend on the state: t for every example, and the network's position and condition. */
export function knownAt(
  ladder: Ladder,
  t: number,
  batch: number,
  cond?: tf.Tensor,
): Pick<ChainState, 'steps' | 'inputs'> {
  const position = tf.fill([batch], ladder.positions[t - 1]);
  return { steps: new Array<number>(batch).fill(t), inputs: cond ? [position, cond] : [position] };
}

/** The latent z of step t. */
export const drawLatent = (options: RandomOptions, t: number, shape: readonly number[]): tf.Tensor =>
  drawNormal(
    derived(options, (key) => split(foldIn(key, t))[0]),
    shape,
  );

/** The noise of x_{t−1}. */
export const drawNoise = (options: RandomOptions, t: number, shape: readonly number[]): tf.Tensor =>
  drawNormal(
    derived(options, (key) => split(foldIn(key, t))[1]),
    shape,
  );
