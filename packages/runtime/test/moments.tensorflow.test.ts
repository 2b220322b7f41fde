import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDir } from '@diffgan/files';
import { bindingOf, MOMENTS, tfjsNodeFolder } from '../src/tfjs-node-folder.ts';

const file = join(dirname(bindingOf(tfjsNodeFolder(cacheDir()))), MOMENTS);
const { addMoments } = createRequire(import.meta.url)(file) as {
  addMoments: (...arrays: unknown[]) => void;
};

/** The digest of what the addon makes of 300 vectors of 150 numbers with so many threads. */
const program = `
const { addMoments } = require(process.argv[1]);
const [dim, count] = [150, 300];
const numbers = (length, step) => Float64Array.from({ length }, (_, i) => Math.fround(((i * step) % 1009) / 1009 - 0.5) / 3);
const arrays = [numbers(count * dim, 577), numbers(dim, 31), new Float64Array(dim), new Float64Array((dim * (dim + 1)) / 2)];
addMoments(...arrays);
const hash = require('node:crypto').createHash('sha256');
arrays.slice(2).forEach((array) => hash.update(array));
console.log(hash.digest('hex'), arrays[3][0]);
`;
const digest = (threads: number) =>
  execFileSync(process.execPath, ['-e', program, file], {
    env: { ...process.env, NODE_OPTIONS: '', DIFFGAN_OP_THREADS: String(threads) },
    encoding: 'utf8',
  });

const doubles = (length: number) => new Float64Array(length);

describe('the addon of moments', () => {
  // around whole panels of 16 and the 256 vectors of a pass; in squares of 1, 2 and 8 panels
  it.each([
    [1, 1],
    [3, 300],
    [15, 16],
    [16, 128],
    [17, 129],
    [64, 7],
    [300, 257],
    [1100, 2],
  ])('adds whole numbers without an error: vectors of %i, %i at once', (dim, count) => {
    const whole = (length: number, step: number) => doubles(length).map((_, i) => ((i * step) % 101) - 50);
    const [vectors, shift] = [whole(count * dim, 37), whole(dim, 53)];
    const [sum, scatter] = [whole(dim, 7), whole((dim * (dim + 1)) / 2, 11)];
    const expected = [sum.slice(), scatter.slice()];
    for (let k = 0; k < count; k++) {
      const x = vectors.subarray(k * dim, (k + 1) * dim).map((value, i) => value - shift[i]);
      for (let i = 0, at = 0; i < dim; i++) {
        expected[0][i] += x[i];
        for (let j = i; j < dim; j++) expected[1][at++] += x[i] * x[j];
      }
    }
    addMoments(vectors, shift, sum, scatter);
    expect(sum).toEqual(expected[0]);
    expect(scatter.findIndex((value, at) => value !== expected[1][at])).toBe(-1); // toEqual takes long for so many
  });

  it('gives the same bits however the vectors are cut into calls', () => {
    const [dim, count] = [50, 300];
    const vectors = doubles(dim * count).map((_, i) => Math.sin(i * i));
    const of = (batch: number) => {
      const [sum, scatter] = [doubles(dim), doubles((dim * (dim + 1)) / 2)];
      for (let at = 0; at < vectors.length; at += batch * dim)
        addMoments(vectors.subarray(at, at + batch * dim), doubles(dim).fill(0.3), sum, scatter);
      return [sum, scatter];
    };
    expect(of(7)).toEqual(of(count));
  });

  it('gives the same bits for any number of threads', { timeout: 60_000 }, () => {
    const one = digest(1);
    expect(one).toMatch(/^[0-9a-f]{64} \d/);
    for (const threads of [2, 3, 7]) expect(digest(threads)).toBe(one);
  });

  it('takes no vectors at all', () => {
    const sum = doubles(2).fill(1);
    addMoments(doubles(0), doubles(2), sum, doubles(3));
    expect(sum).toEqual(doubles(2).fill(1));
  });

  it.each([
    [
      'vectors that are no float64',
      /vectors must be a Float64Array/,
      [new Float32Array(4), doubles(2), doubles(2), doubles(3)],
    ],
    ['a shift that is no array', /shift must be a Float64Array/, [doubles(4), 2, doubles(2), doubles(3)]],
    ['vectors that are not whole', /whole ones/, [doubles(5), doubles(2), doubles(2), doubles(3)]],
    ['vectors of nothing', /whole ones/, [doubles(4), doubles(0), doubles(0), doubles(0)]],
    ['a sum of another length', /sum must have/, [doubles(4), doubles(2), doubles(3), doubles(3)]],
    ['a square of products', /upper triangle/, [doubles(4), doubles(2), doubles(2), doubles(4)]],
    ['a missing array', /scatter must be/, [doubles(4), doubles(2), doubles(2)]],
  ])('refuses %s', (_, message, arrays) => {
    expect(() => addMoments(...arrays)).toThrow(message);
  });
});
