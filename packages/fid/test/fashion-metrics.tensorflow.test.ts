import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fashionMnist, type ImageDataset, takeImages } from '@diffgan/data';
import {
  type CollectedFeatures,
  collectFeatures,
  evaluate,
  type EvaluationScores,
  extractFeatures,
  type FashionCnn,
  fashionCnn,
  fashionReference,
  fidScore,
  realism,
  stackedLabels,
} from '@diffgan/fid';
import { key, normal, permutation } from '@diffgan/ops';

const n = 1000; // of each side: enough to order the cases, quick enough for every run
let dataset: ImageDataset;
let extractor: FashionCnn;
let reference: CollectedFeatures;
let chosen: Int32Array;

beforeAll(async () => {
  dataset = await fashionMnist({ split: 'test' });
  extractor = await fashionCnn();
  const order = permutation(key(0), dataset.count);
  chosen = order.slice(0, n);
  reference = await result(collectFeatures(extractor, batchesOf(order.slice(n, 2 * n)), { split: 'test' }));
});
afterAll(() => extractor.dispose());

async function result<T>(work: AsyncGenerator<unknown, T>): Promise<T> {
  for (let step = await work.next(); ; step = await work.next()) if (step.done) return step.value;
}

// eslint-disable-next-line @typescript-eslint/require-await -- what a reader of batches looks like
async function* batchesOf(indices: ArrayLike<number>, change: (images: tf.Tensor4D) => tf.Tensor4D = tf.clone) {
  for (let start = 0; start < indices.length; start += 250)
    yield tf.tidy(() => change(takeImages(dataset, Array.from(indices).slice(start, start + 250))));
}

const kid = { subsets: 10, subsetSize: 300 };
const metrics = ['fid', 'kid', 'is', 'precision-recall', 'density-coverage'] as const;

async function scoresOf(
  indices: ArrayLike<number>,
  change?: (images: tf.Tensor4D) => tf.Tensor4D,
): Promise<EvaluationScores> {
  const { scores } = await result(evaluate(batchesOf(indices, change), reference, { extractor, metrics, kid }));
  return scores;
}

const noisy = (level: number) => (images: tf.Tensor4D) =>
  tf.clipByValue<tf.Tensor4D>(tf.add<tf.Tensor4D>(images, tf.mul(level, normal(key(1), images.shape))), -1, 1);

/** Repeated means of 3 × 3 pixels. */
const blurred = (times: number) => (images: tf.Tensor4D) => {
  let soft = images;
  for (let i = 0; i < times; i++) soft = tf.avgPool(soft, 3, 1, 'same');
  return soft;
};

/** As many images as were chosen, of the first classes only. */
const ofClasses = (count: number): number[] => {
  const own = Array.from(permutation(key(2), dataset.count)).filter((i) => dataset.labels![i] < count);
  return own.slice(0, n);
};

describe('on Fashion-MNIST', () => {
  it('FID and KID rise with noise and with blur', async () => {
    const clean = await scoresOf(chosen);
    for (const kind of [
      [noisy(0.1), noisy(0.3)],
      [blurred(1), blurred(3)],
    ]) {
      const [weak, strong] = [await scoresOf(chosen, kind[0]), await scoresOf(chosen, kind[1])];
      const rising = (of: (scores: EvaluationScores) => number) => [clean, weak, strong].map(of);
      for (const values of [rising((s) => s.fid!.value), rising((s) => s.kid!.value)]) {
        expect(values[1]).toBeGreaterThan(1.3 * values[0]);
        expect(values[2]).toBeGreaterThan(1.3 * values[1]);
      }
      expect(strong.precisionRecall!.precision).toBeLessThan(clean.precisionRecall!.precision - 0.1);
    }
  });

  it('FID rises and recall, coverage and Inception Score fall when classes are dropped', async () => {
    const [ten, five, one] = [await scoresOf(chosen), await scoresOf(ofClasses(5)), await scoresOf(ofClasses(1))];
    const values = (of: (scores: EvaluationScores) => number) => [ten, five, one].map(of);
    const fid = values((s) => s.fid!.value);
    expect(fid[1]).toBeGreaterThan(3 * fid[0]);
    expect(fid[2]).toBeGreaterThan(2 * fid[1]);
    for (const falling of [
      values((s) => s.precisionRecall!.recall),
      values((s) => s.densityCoverage!.coverage),
      values((s) => s.is!.value),
    ]) {
      expect(falling[1]).toBeLessThan(0.85 * falling[0]);
      expect(falling[2]).toBeLessThan(0.85 * falling[1]);
    }
    // the images that are left are real
    for (const precision of values((s) => s.precisionRecall!.precision)) expect(precision).toBeGreaterThan(0.7);
  });

  it('a generator that collapsed to a few images is precise and recalls nothing', async () => {
    const images = takeImages(dataset, chosen);
    const generated = { data: await extractFeatures(extractor, images), dim: extractor.dim };
    images.dispose();
    const scores = await realism(generated, reference.vectors);
    const best = Array.from(scores.keys()).sort((i, j) => scores[j] - scores[i]);
    const few = best.slice(0, 20).map((i) => chosen[i]); // what a generator repeats is what it draws well
    const { precisionRecall } = await scoresOf(Array.from({ length: n }, (_, i) => few[i % 20]));
    expect(precisionRecall!.precision).toBeGreaterThan(0.8);
    expect(precisionRecall!.recall).toBeLessThan(0.3);
  });

  it('the floor, of real test against training images, is below everything', async () => {
    const floor = await fidScore(await fashionReference('test'), await fashionReference('train'));
    expect(Math.abs(floor.value / floor.bias - 1)).toBeLessThan(0.2); // one distribution: all of it comes from n
    expect(floor.value).toBeLessThan((await scoresOf(chosen)).fid!.value);
  });

  it('three stacked images have the classes of their channels', async () => {
    const [few, labels] = [Array.from(chosen).slice(0, 90), dataset.labels!];
    const stack = tf.tidy(() => tf.concat<tf.Tensor4D>(tf.split<tf.Tensor4D>(takeImages(dataset, few), 3, 0), 3));
    const found = await stackedLabels({ classifier: extractor, classes: 10 }, stack);
    stack.dispose();
    const right = found.filter(
      (label, i) => label === 100 * labels[few[i]] + 10 * labels[few[30 + i]] + labels[few[60 + i]],
    );
    expect(right.length).toBeGreaterThanOrEqual(20); // 0.93³ = 80 % of 30, here less than two deviations below
  });
});
