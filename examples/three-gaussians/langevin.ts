import * as tf from '@tensorflow/tfjs-core';
import { foldIn, type Key, normal } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { streams } from './streams.ts';

type Guided = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Options of {@link langevin}. */
export interface LangevinOptions {
  /** The step whose density is sampled. */
  t: number;
  /** A class for each sample, int32 `[B]`. */
  cond: tf.Tensor1D;
  key: Key;
  /** Number of moves. */
  moves?: number;
  /** Size of a move: the smaller, the more exact and the slower. */
  size?: number;
}

/**
 * Samples the density at one noise level whose score a noise prediction tells: x ← x + h s(x) + √(2h) z, s = −ε̂ / √(1 − ᾱ_t). Unlike a
 * chain through all levels it samples exactly what guidance says: p(x_t | c) p(c | x_t)^w.
 */
export async function langevin(model: Guided, schedule: NoiseSchedule, options: LangevinOptions): Promise<tf.Tensor2D> {
  const { t, cond, key, moves = 300, size = 0.01 } = options;
  const position = tf.fill([cond.size], schedule.positions[t - 1]);
  const noise = Math.sqrt(schedule.oneMinusAlphaBar[t - 1]);
  let x = normal<tf.Rank.R2>(foldIn(key, streams.chain.start), [cond.size, 2]);
  for (let move = 1; move <= moves; move++) {
    const next = tf.tidy(() => {
      const drift = tf.mul<tf.Tensor2D>(-size / noise, model(x, position, cond));
      const kick = tf.mul<tf.Tensor2D>(Math.sqrt(2 * size), normal(foldIn(key, move), [cond.size, 2]));
      return tf.addN([x, drift, kick]);
    });
    x.dispose();
    x = next;
    if (move % 20 === 0) await new Promise(setImmediate);
  }
  position.dispose();
  return x;
}
