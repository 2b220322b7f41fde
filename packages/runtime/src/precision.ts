import * as tf from '@tensorflow/tfjs-core';
import { findEngine } from './graph/engines.ts';
import type { EngineName, GraphEngine, Precision } from './graph/graph-engine.ts';

/** What a compiled function computes in. */
export interface PrecisionOptions {
  /**
   * `'bfloat16'`: convolutions and large products of matrices take factors of 8 bits of significance and add up in float32, and the
   * images between them, with their gradients, are kept in it. Where that gains nothing the function computes in float32 and says so once
   * on the console; {@link availablePrecision} asks beforehand.
   *
   * Always float32: arguments, results, states and variables; small products (embeddings of the time, latents, logits, a learned schedule);
   * sums, means and whatever losses and penalties are made of; softmax; the statistics of GroupNorm; Adam and averages of weights.
   *
   * @defaultValue `'float32'`
   */
  precision?: Precision;
}

/** A precision and, where it is not the one that was asked for, why. */
export interface AvailablePrecision {
  precision: Precision;
  /** One line for people; undefined where it is what was asked for. */
  why?: string;
}

/** Names of precisions. */
export const precisions: readonly Precision[] = ['float32', 'bfloat16'];

/** Throws for a precision that there is not. */
export function checkPrecision(where: string, precision: string | undefined): void {
  if (precision !== undefined && !precisions.some((known) => known === precision))
    throw new RangeError(
      `${where}: precision is "${precision}", must be ${precisions.map((p) => `"${p}"`).join(' or ')}`,
    );
}

/**
 * What compiled functions compute in on the backend in use when they are asked for `precision`. bfloat16 takes the `tensorflow` backend, the
 * graph addon, and a CPU that gains by it: AMD with AVX-512-BF16 (Zen 4 and later), or Intel with AMX. `DIFFGAN_BFLOAT16=1` in the environment
 * takes any CPU, to see what a run would give elsewhere.
 *
 * @param engine As in {@link CompileOptions}. @defaultValue the best one
 * @example
 * ```ts
 * import { availablePrecision, compile } from '@diffgan/runtime';
 * const { precision, why } = availablePrecision('bfloat16');
 * if (why) console.log(why);
 * const f = compile((x) => tf.matMul(x, tf.ones([4, 4])), { precision });
 * ```
 */
export function availablePrecision(precision: Precision, engine?: EngineName | 'none'): AvailablePrecision {
  checkPrecision('availablePrecision', precision);
  return within(engine === 'none' ? undefined : findEngine(engine), precision);
}

function within(engine: GraphEngine | undefined, precision: Precision): AvailablePrecision {
  if (precision === 'float32') return { precision };
  const reason = engine ? engine.withoutBfloat16() : whyEager();
  return reason === undefined
    ? { precision }
    : { precision: 'float32', why: `bfloat16 is not used: ${reason}; computing in float32` };
}

const whyEager = (): string =>
  tf.getBackend() === 'tensorflow' ? 'the function runs eagerly' : `the backend "${tf.getBackend()}" does not have it`;

const told = new Set<string>();

/** The precision of a function that runs on this engine (undefined: eagerly); says once what is not as it was asked for. */
export function usedPrecision(engine: GraphEngine | undefined, asked: Precision = 'float32'): Precision {
  const { precision, why } = within(engine, asked);
  if (why !== undefined && !told.has(why)) {
    told.add(why);
    console.warn(why); // eslint-disable-line no-console -- who calls `compile` has asked for something that is not done
  }
  return precision;
}
