import { type Key, permutation } from '@diffgan/ops';
import { assertFeatures, assertInteger, countOf, type Features, takeRows } from '../features/features.ts';

/** Options of {@link inceptionScore}. */
export interface InceptionScoreOptions {
  /** How many parts are scored. @defaultValue 10 */
  splits?: number;
  /** Shuffles the images first; needed when they are sorted, by class for example. Left out, their order is kept. */
  key?: Key;
}

/** Result of {@link inceptionScore}. */
export interface InceptionScore {
  /** Mean over the splits, 1…classes; larger is better. */
  value: number;
  /** Standard deviation over the splits (divided by their number). */
  standardDeviation: number;
  splits: number;
  /** Number of classes, the largest possible score. */
  classes: number;
}

/**
 * Inception Score: exp of the mean Kullback–Leibler divergence of each image's class distribution from the average one. Split i
 * of s takes images ⌊i n/s⌋ up to ⌊(i + 1) n/s⌋, so all are used when s does not divide n.
 *
 * @param logits class scores before the softmax, `dim` = classes, as the `logits` of an extractor gives them
 * @param options number of splits and key of the shuffle
 * @returns mean and standard deviation
 * @throws StatisticsError for fewer images than splits; RangeError for values that are not finite and for splits below 1
 * @see Salimans et al.: Improved techniques for training GANs, arXiv:1606.03498; Barratt, Sharma: A note on the Inception Score,
 *   arXiv:1801.01973, for what it does not tell
 * @example
 * ```ts
 * const logits = { data: Float64Array.of(9, -9, -9, 9), dim: 2 }; // two images, each sure of its class
 * inceptionScore(logits, { splits: 1 }).value; // 1.99999…
 * ```
 */
export function inceptionScore(logits: Features, { splits = 10, key }: InceptionScoreOptions = {}): InceptionScore {
  assertInteger('inceptionScore', 'splits', splits);
  assertFeatures('inceptionScore', { logits }, splits);
  const n = countOf(logits);
  const ordered = key ? takeRows(logits, permutation(key, n)) : logits;
  const scores = Float64Array.from({ length: splits }, (_, i) =>
    scoreOf(ordered, Math.floor((i * n) / splits), Math.floor(((i + 1) * n) / splits)),
  );
  const value = scores.reduce((sum, v) => sum + v, 0) / splits;
  const standardDeviation = Math.sqrt(scores.reduce((sum, v) => sum + (v - value) ** 2, 0) / splits);
  return { value, standardDeviation, splits, classes: logits.dim };
}

/** exp(mean Σ p log p − Σ p̄ log p̄), which equals exp of the mean divergence. */
function scoreOf({ data, dim }: Features, from: number, to: number): number {
  const average = new Float64Array(dim);
  let negativeEntropy = 0;
  for (let row = from; row < to; row++) {
    const logP = logSoftmax(data.subarray(row * dim, (row + 1) * dim));
    for (let c = 0; c < dim; c++) {
      const p = Math.exp(logP[c]);
      average[c] += p / (to - from);
      negativeEntropy += (p * logP[c]) / (to - from);
    }
  }
  const ofAverage = average.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  return Math.exp(negativeEntropy - ofAverage);
}

function logSoftmax(scores: Float32Array | Float64Array): Float64Array {
  const largest = Math.max(...scores);
  const shifted = Float64Array.from(scores, (score) => score - largest);
  const logSum = Math.log(shifted.reduce((sum, v) => sum + Math.exp(v), 0));
  return shifted.map((v) => v - logSum);
}
