import * as tf from '@tensorflow/tfjs-core';
import { type Model, modelFacts } from '@diffgan/ops';
import { NotFiniteError } from './not-finite-error.ts';

/**
 * Looks for numbers that are not finite in what a chain computes. Everything is noted on the device, in one number: the place of the
 * first fault, counted from the end. So the steps wait for nothing until somebody reads it.
 */

/** The notes of a chain before its first step: nothing wrong so far, unless x_T is. */
export const noted = (xT: tf.Tensor, places: number): tf.Tensor => tf.tidy(() => note(tf.scalar(0), [xT], places + 1));

/** The notes with those of some tensors, at a place 1…n counted from the end; call it in `tf.tidy`. */
export function note(notes: tf.Tensor, tensors: readonly tf.Tensor[], place: number): tf.Tensor {
  return tensors.reduce((worst, x) => {
    // A sum is finite only if its terms are.
    const fault = tf.sub(1, tf.cast(tf.isFinite(tf.sum(x)), 'float32'));
    return tf.maximum(worst, tf.mul(place, fault));
  }, notes);
}

/** The place of the result, after all steps. */
export const resultPlace = 0.5;

/**
 * Throws if something was noted.
 *
 * @param place the value of the notes
 * @param times the steps of the chain in their order: place n is the first of n
 * @throws NotFiniteError
 */
export function checkNotes(caller: string, model: Model, place: number, times: readonly number[]): void {
  if (place === 0) return;
  const { name } = modelFacts(model);
  const network = name === undefined ? 'the network' : `the network ${name}`;
  if (place === resultPlace)
    throw new NotFiniteError(
      `${caller}: the result is not finite, though ${network} returned finite numbers; give a schedule that fits it, or clip`,
      undefined,
      name,
    );
  if (place > times.length)
    throw new NotFiniteError(
      `${caller}: the state to start from, xT, holds numbers that are not finite`,
      undefined,
      name,
    );
  const step = times[times.length - place];
  throw new NotFiniteError(
    `${caller}: ${network} returned NaN or infinite numbers at step t = ${step}; no samples are given. Check its weights, which may be ` +
      'damaged or too large for half precision',
    step,
    name,
  );
}
