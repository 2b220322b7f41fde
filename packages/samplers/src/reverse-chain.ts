import * as tf from '@tensorflow/tfjs-core';
import { callModel, foldIn, type Model, nextTask, split } from '@diffgan/ops';
import { checkFit } from './check-fit.ts';
import { checkLabels } from './check-labels.ts';
import { checkRandom, derived, drawNormal } from './random-options.ts';
import type { SamplerOptions, SamplerStep, SampleShape } from './sampler-options.ts';
import { streams } from './streams.ts';
import { checkNotes, note, noted, resultPlace } from './watch.ts';

/** The steps of a chain and what the network is told at each; every NoiseSchedule is one. */
export interface Ladder {
  readonly steps: number;
  readonly positions: ArrayLike<number>;
}

/** Who walks down which ladder with which network. */
export interface Walk {
  caller: string;
  model: Model;
  ladder: Ladder;
}

/** Options of a chain; a network without latent has no `latent`. */
export type ChainOptions<Samples extends tf.Tensor = tf.Tensor> = SamplerOptions<SampleShape, Samples> & {
  latent?: (t: number) => tf.Tensor;
};

/** What a sampler knows at step t. */
export interface ChainState {
  /** Calls the network, and notes whether what it returned is finite. */
  ask: (inputs: tf.Tensor[]) => tf.Tensor;
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
  memory?: readonly tf.Tensor[];
}

/** What a step returns. */
export interface ChainMove {
  x0Hat: tf.Tensor;
  xPrev: tf.Tensor;
  /** Tensors the next step needs; multistep methods alone have some. */
  memory?: readonly tf.Tensor[];
}

/** Predicts x_0 from x_t and moves to x_{t−1}; runs inside `tf.tidy`. */
export type ReverseStep = (state: ChainState) => ChainMove;

/**
 * The loop all samplers share: x_T ~ N(0, I), then `reverseStep` for t = T…1. It owns x_t between steps and frees it however the
 * loop ends; the result and the previews belong to the consumer.
 */
export async function* reverseChain<Samples extends tf.Tensor>(
  walk: Walk,
  options: ChainOptions<Samples>,
  reverseStep: ReverseStep,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const steps = chain(walk, timesOf(walk.ladder, options), options, reverseStep);
  return yield* steps as AsyncGenerator<SamplerStep<Samples>, Samples>; // of the shape of x_T
}

/** The steps from `from` down to `until`, the last one left out. */
export function timesOf(ladder: Ladder, { from = ladder.steps, until = 0 }: SamplerOptions): number[] {
  if (!(Number.isInteger(from) && Number.isInteger(until) && until >= 0 && until < from && from <= ladder.steps))
    throw new RangeError(
      `sampler: from is ${from} and until ${until}; give whole numbers with 0 ≤ until < from ≤ ${ladder.steps}, the steps`,
    );
  return Array.from({ length: from - until }, (_, i) => from - i);
}

/** What a chain holds between two steps. */
interface Held {
  xt: tf.Tensor;
  memory: readonly tf.Tensor[];
  /** See {@link noted}. */
  notes: tf.Tensor;
}

/** {@link reverseChain} over the given steps in the given order. */
export async function* chain(
  walk: Walk,
  times: readonly number[],
  options: ChainOptions,
  step: ReverseStep,
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const { signal, preview = false } = options;
  checkFit(walk, options);
  const xT = initialState(options);
  let held: Held | undefined = { xt: xT, memory: [], notes: noted(xT, times.length) };
  try {
    await checkLabels(walk.caller, walk.model, options.cond);
    for (const [index, t] of times.entries()) {
      await nextTask();
      signal?.throwIfAborted();
      const isLast = index === times.length - 1;
      const { x0Hat, ...moved } = takeStep(walk, { ...held, t, place: times.length - index, isLast }, options, step);
      tf.dispose(tensorsOf(held));
      held = moved;
      // Reading waits for the device, so it is done ever more rarely: a spoiled network shows at its first call.
      if (isLast || isPowerOfTwo(index + 1)) await readNotes(walk, held.notes, times, x0Hat);
      yield { type: 'step', t, index, total: times.length, ...(preview && { preview: x0Hat }) };
    }
    const { xt: x0, ...rest } = held;
    held = undefined; // handed over
    tf.dispose([...rest.memory, rest.notes]);
    return x0;
  } finally {
    tf.dispose(tensorsOf(held));
  }
}

const tensorsOf = (held?: Held): tf.Tensor[] => (held ? [held.xt, held.notes, ...held.memory] : []);

const isPowerOfTwo = (n: number) => (n & (n - 1)) === 0;

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
        derived(options, (k) => foldIn(k, streams.start)),
        size,
      );
}

/** Throws if the notes say that something is not finite; then nobody will see the preview. */
async function readNotes(walk: Walk, notes: tf.Tensor, times: readonly number[], preview?: tf.Tensor): Promise<void> {
  const [place] = await notes.data();
  if (place > 0) preview?.dispose();
  checkNotes(walk.caller, walk.model, place, times);
}

function takeStep(
  { model, ladder }: Walk,
  state: Held & { t: number; place: number; isLast: boolean },
  options: ChainOptions,
  step: ReverseStep,
): Held & { x0Hat?: tf.Tensor } {
  const { xt, t, place, isLast } = state;
  const batch = xt.shape[0];
  return tf.tidy(() => {
    const outputs: tf.Tensor[] = [];
    const {
      x0Hat,
      xPrev,
      memory = [],
    } = step({
      xt,
      t,
      memory: state.memory,
      ...knownAt(ladder, t, batch, options.cond),
      ask: asked(model, outputs),
      latent: (shape) => drawLatent(options, t, shape),
      noise: () => drawNoise(options, t, xt.shape),
    });
    const afterCalls = note(state.notes, outputs, place);
    // Clones, since x̂_0 may be a tensor the model keeps, or x_t, x_{t−1} or the memory itself: each has an owner of its own.
    return {
      xt: tf.clone(xPrev),
      notes: isLast ? note(afterCalls, [xPrev], resultPlace) : tf.clone(afterCalls),
      memory: memory.map((x) => tf.clone(x)),
      ...(options.preview && { x0Hat: tf.clone(x0Hat) }),
    };
  });
}

/** Calls the model and keeps a note of what it returned. */
export const asked = (model: Model, outputs: tf.Tensor[]) => (inputs: tf.Tensor[]) => {
  const output = callModel(model, inputs);
  outputs.push(output);
  return output;
};

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
export const drawLatent = (options: ChainOptions, t: number, shape: readonly number[]): tf.Tensor =>
  options.latent
    ? given('latent', options.latent, t, shape)
    : drawNormal(
        derived(options, (key) => split(foldIn(key, t))[0]),
        shape,
      );

/** The noise of x_{t−1}. */
export const drawNoise = (options: ChainOptions, t: number, shape: readonly number[]): tf.Tensor =>
  options.noise
    ? given('noise', options.noise, t, shape)
    : drawNormal(
        derived(options, (key) => split(foldIn(key, t))[1]),
        shape,
      );

/** A copy of what the caller draws, who may keep the tensor or not. */
function given(name: string, draw: (t: number) => tf.Tensor, t: number, shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const x = draw(t);
    if (x.shape.length !== shape.length || x.shape.some((size, i) => size !== shape[i]))
      throw new RangeError(`sampler: ${name}(${t}) has shape [${x.shape}]; it must be [${shape}]`);
    return tf.clone(x);
  });
}
