import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FeatureStatistics } from '@diffgan/fid';
import { key, normalArray } from '@diffgan/ops';
import { addMoments } from '../src/linear-algebra/add-moments.ts';
import { accumulate } from '../src/statistics/accumulate.ts';

describe('statistics on native TensorFlow', () => {
  it('are computed by its kernel', () => {
    expect(tf.getKernel('DiffganAddMoments', 'tensorflow')).toBeDefined();
  });

  it.each([
    [3, 300],
    [64, 7],
    [130, 513],
  ])('equal those of WebAssembly to rounding: vectors of %i numbers, %i at once', (dim, count) => {
    const numbers = (seed: number, length: number) => Float64Array.from(normalArray(key(seed), length));
    const make = () => ({ shift: numbers(2, dim), sum: numbers(3, dim), scatter: numbers(4, (dim * (dim + 1)) / 2) });
    const [here, there, sizes] = [make(), make(), make()];
    const vectors = numbers(1, count * dim).map((value, i) => value * (1 + (i % dim)) + 1 / 3);
    accumulate(vectors, here);
    addMoments(vectors, there);
    expect(here.shift).toEqual(there.shift);
    expect(here.sum).toEqual(there.sum); // the same additions in the same order
    // A vector costs both sides a rounding of the sum, which is no larger than the sum of sizes, and one side one of the product: 2n + 1 of ε / 2
    sizes.scatter.forEach((value, at) => (sizes.scatter[at] = Math.abs(value)));
    for (let k = 0; k < count; k++) {
      const x = vectors.subarray(k * dim, (k + 1) * dim).map((value, i) => Math.abs(value - sizes.shift[i]));
      for (let i = 0, at = 0; i < dim; i++) for (let j = i; j < dim; j++) sizes.scatter[at++] += x[i] * x[j];
    }
    const bound = (count + 1) * Number.EPSILON;
    const errors = here.scatter.map((value, at) => Math.abs(value - there.scatter[at]) / sizes.scatter[at]);
    expect(Math.max(...errors)).toBeLessThan(bound);
    expect(here.scatter).not.toEqual(make().scatter);
  });

  it('do not depend on batches, in no bit', () => {
    const dim = 70;
    const rows = normalArray(key(5), 700 * dim);
    const of = (batch: number) => {
      const statistics = new FeatureStatistics(dim, { extractor: 'test', layer: 'none' });
      for (let at = 0; at < rows.length; at += batch * dim) statistics.add(rows.subarray(at, at + batch * dim));
      return statistics.toJSON();
    };
    expect(of(9)).toEqual(of(700));
  });
});
