import { describe, expect, it } from 'vitest';
import {
  type Features,
  gaussianModes,
  inceptionScore,
  kernelInceptionDistance,
  modeCoverage,
  polynomialMmd,
  StatisticsError,
} from '@diffgan/fid';
import { foldIn, key, normalArray, uniformArray } from '@diffgan/ops';
import { vector } from '../../../test/vectors.ts';
import { chooseIndices } from '../src/choose-indices.ts';
import { takeRows } from '../src/features/features.ts';

const normal = (seed: number, n: number, dim: number): Features => ({ dim, data: normalArray(key(seed), n * dim) });
const countTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('polynomialMmd', () => {
  it('is what the double sum says, in more than one tile', async () => {
    const [x, y] = [normal(1, 270, 3), normal(2, 260, 3)];
    const rows = ({ data }: Features) =>
      countTo(data.length / 3).map((i) => Array.from(data.subarray(3 * i, 3 * i + 3)));
    const kernel = (u: number[], v: number[]) => ((u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / 3 + 1) ** 3;
    const sum = (a: number[][], b: number[][]) => {
      let total = 0;
      a.forEach((u, i) => b.forEach((v, j) => (total += a === b && i === j ? 0 : kernel(u, v))));
      return total;
    };
    const [a, b] = [rows(x), rows(y)];
    const expected = sum(a, a) / (270 * 269) + sum(b, b) / (260 * 259) - (2 * sum(a, b)) / (270 * 260);
    expect([await polynomialMmd(x, y)]).toBeAllClose([expected], { rtol: 0, atol: 1e-12 });
    expect([await polynomialMmd(y, x)]).toBeAllClose([expected], { rtol: 0, atol: 1e-12 });
  });

  it('of a set and itself is below 0: the pairs of a vector with itself are missing on one side only', async () => {
    const x = normal(3, 50, 4);
    expect(await polynomialMmd(x, x)).toBeLessThan(0);
  });
});

describe('kernelInceptionDistance', () => {
  it('of equal distributions is 0 within its error, and far above it for others', async () => {
    const options = { subsets: 60, subsetSize: 50, key: key(4) };
    // 50 of 6000: the subsets hardly overlap. 4.5 standard errors: false alarm once in 150 000
    const equal = await kernelInceptionDistance(normal(5, 6000, 8), normal(6, 6000, 8), options);
    expect(Math.abs(equal.value)).toBeLessThan(4.5 * equal.standardError);
    const shifted = { dim: 8, data: normal(7, 6000, 8).data.map((v) => v + 0.5) };
    const other = await kernelInceptionDistance(shifted, normal(8, 6000, 8), options);
    expect(other.value).toBeGreaterThan(10 * other.standardError);
  });

  it('is the mean over subsets, with its deviation and error, and follows the key', async () => {
    const [x, y] = [normal(9, 40, 3), normal(10, 50, 3)];
    const once = await kernelInceptionDistance(x, y, { subsets: 5, subsetSize: 20, key: key(1) });
    expect(await kernelInceptionDistance(x, y, { subsets: 5, subsetSize: 20, key: key(1) })).toEqual(once);
    expect((await kernelInceptionDistance(x, y, { subsets: 5, subsetSize: 20, key: key(2) })).value).not.toBe(
      once.value,
    );
    expect([once.standardError]).toBeAllClose([once.standardDeviation / Math.sqrt(5)], { rtol: 1e-15, atol: 0 });
  });

  it('takes all of a set that is smaller than the subsets, and says so', async () => {
    const [x, y] = [normal(11, 40, 3), normal(12, 40, 3)];
    const all = await kernelInceptionDistance(x, y, { subsets: 2 });
    expect(all.subsetSize).toBe(40);
    expect([all.value]).toBeAllClose([await polynomialMmd(x, y)], { rtol: 1e-12, atol: 1e-12 });
  });

  it('goes from 0 to 1, stops at an abort and refuses bad options', async () => {
    const [x, y] = [normal(13, 20, 2), normal(14, 20, 2)];
    const fractions: number[] = [];
    await kernelInceptionDistance(x, y, { subsets: 4, onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    await expect(kernelInceptionDistance(x, y, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    await expect(kernelInceptionDistance(x, y, { subsets: 0 })).rejects.toThrow(/subsets is 0/);
    await expect(kernelInceptionDistance(x, y, { subsetSize: 1 })).rejects.toThrow(/subsetSize is 1; .*≥ 2/);
    await expect(kernelInceptionDistance(takeRows(x, [0]), y)).rejects.toThrow(StatisticsError);
  });
});

describe('chooseIndices', () => {
  it('draws each index equally often and none twice', () => {
    const counts = new Float64Array(10);
    for (let i = 0; i < 5000; i++) {
      const chosen = chooseIndices(foldIn(key(15), i), 10, 3);
      expect(new Set(chosen).size).toBe(3);
      chosen.forEach((index) => counts[index]++);
    }
    // 1500 ± 32.4 each; 4.9 deviations in any of ten: false alarm once in 100 000
    for (const count of counts) expect(Math.abs(count - 1500)).toBeLessThan(160);
  });
});

describe('inceptionScore', () => {
  const logits = (...p: number[][]): Features => ({ dim: p[0].length, data: Float64Array.from(p.flat(), Math.log) });

  it('has the value of the specification', () => {
    const { expected, float64 } = vector<{ IS: number }>('metric.is');
    const score = inceptionScore(logits([0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]), { splits: 1 });
    expect([score.value]).toBeAllClose([expected.IS], float64);
  });

  it('is 1 when all images look alike and the number of classes when all are sure and balanced', () => {
    const alike = inceptionScore({ dim: 4, data: new Float32Array(80).map((_, i) => i % 4) });
    expect([alike.value, alike.standardDeviation]).toBeAllClose([1, 0], { rtol: 1e-14, atol: 1e-14 });
    const sure = countTo(40).flatMap((i) => [0, 1, 2, 3].map((c) => (c === i % 4 ? 2000 : -2000))); // p = 0 exactly
    expect(inceptionScore({ dim: 4, data: Float32Array.from(sure) })).toMatchObject({ value: 4, classes: 4 });
  });

  it('of sorted images is right only after a shuffle', () => {
    const sorted = Float32Array.from({ length: 4000 }, (_, i) => (Math.floor(i / 1000) === i % 4 ? 9 : 0));
    expect(inceptionScore({ dim: 4, data: sorted }).value).toBeLessThan(1.5);
    expect(inceptionScore({ dim: 4, data: sorted }, { key: key(16) }).value).toBeGreaterThan(3.5);
  });

  it('refuses fewer images than splits, and NaN', () => {
    const five = { dim: 2, data: new Float32Array(10) };
    expect(() => inceptionScore(five)).toThrow(/logits has 5 vectors; at least 10/);
    expect(() => inceptionScore(five, { splits: 0 })).toThrow(/splits is 0/);
    expect(() => inceptionScore({ dim: 2, data: Float32Array.of(0, NaN) }, { splits: 1 })).toThrow(/is NaN/);
  });
});

describe('modeCoverage', () => {
  const labelsOf = (counts: number[]) => counts.flatMap((count, mode) => new Array<number>(count).fill(mode));

  it('has the values of the specification', () => {
    const { expected, float64 } =
      vector<Record<'modes' | 'kl' | 'plugInBiasStackedMnist26000', number>>('metric.modes');
    const { modes, kl, counts } = modeCoverage(labelsOf([5, 0, 3, 2]), { total: 4 });
    expect([modes, kl]).toBeAllClose([expected.modes, expected.kl], float64);
    expect(Array.from(counts)).toEqual([5, 0, 3, 2]);
    const { klBias } = modeCoverage(new Int32Array(26000), { total: 1000 });
    expect([klBias]).toBeAllClose([expected.plugInBiasStackedMnist26000], float64);
  });

  it('of perfect samples of 1000 modes has the divergence of its bias, and finds them all', () => {
    const labels = Int32Array.from(uniformArray(key(17), 26000), (u) => Math.floor(1000 * u));
    const { modes, kl, klBias } = modeCoverage(labels, { total: 1000 });
    expect(modes).toBe(1000);
    // 2n·KL is nearly χ² with 999 degrees of freedom: 4.5 % deviation, here five of them, and the next order of the bias
    expect(Math.abs(kl / klBias - 1)).toBeLessThan(0.25);
  });

  it('compares with the data where these are not uniform', () => {
    const counts = [5, 0, 3, 2];
    expect(modeCoverage(labelsOf(counts), { total: 4, data: counts.map((c) => 10 * c) }).kl).toBe(0);
    expect(modeCoverage([0, 0], { total: 3 }).kl).toBeCloseTo(Math.log(3), 14);
  });

  it('refuses labels out of range and modes without data', () => {
    expect(() => modeCoverage([], { total: 3 })).toThrow(/labels is empty/);
    expect(() => modeCoverage([0, 3], { total: 3 })).toThrow(/labels\[1\] is 3; .*0…2/);
    expect(() => modeCoverage([0.5], { total: 3 })).toThrow(/labels\[0\] is 0\.5/);
    expect(() => modeCoverage([0, 2], { total: 3, data: [1, 1, 0] })).toThrow(/1 samples are in mode 2/);
    expect(() => modeCoverage([0], { total: 3, data: [1, 1] })).toThrow(/data must have 3 numbers/);
    expect(() => modeCoverage([0], { total: 0 })).toThrow(/total is 0/);
  });
});

describe('gaussianModes', () => {
  const n = 100000;
  const labels = uniformArray(key(18), n).map((u) => Math.floor(25 * u));
  const sample = (std: number, spacing = 2): Features => {
    const noise = normalArray(key(19), 2 * n);
    const centre = (i: number) => [Math.floor(labels[i] / 5) - 2, (labels[i] % 5) - 2];
    return { dim: 2, data: Float64Array.from(noise, (v, at) => std * v + spacing * centre(at >> 1)[at % 2]) };
  };

  it('finds what an exact sampler has', () => {
    const { expected } = vector<{ highQuality: number }>('metric.gaussians25');
    const found = gaussianModes(sample(0.05));
    expect(found.modes).toBe(25);
    // standard error √(0.989 · 0.011 / 1e5) = 3.3e-4, here 4.5 of them
    expect([found.highQuality]).toBeAllClose([expected.highQuality], { rtol: 0, atol: 1.5e-3 });
    expect(found.kl).toBeLessThan(4 * found.klBias); // χ² with 24 degrees of freedom above 96: 1e-10
  });

  it('is the same at unit scale', () => {
    const scale = 1 / (2 * Math.SQRT2);
    const positions = [-4, -2, 0, 2, 4].map((v) => v * scale);
    const centres = positions.flatMap((x) => positions.flatMap((y) => [x, y]));
    const scaled = gaussianModes(sample(0.05 * scale, 2 * scale), { centres, std: 0.05 * scale });
    expect(scaled.highQuality).toBeCloseTo(gaussianModes(sample(0.05)).highQuality, 4);
  });

  it('tells missing modes and blurred samples', () => {
    const three = { dim: 2, data: Float64Array.of(0, 0, 2, 2, 4, 4.14, 0.2, 0) };
    const found = gaussianModes(three);
    expect(found).toMatchObject({ modes: 3, highQuality: 0.75 });
    expect(found.kl).toBeCloseTo(0.5 * Math.log(0.5 * 25) + 0.5 * Math.log(0.25 * 25), 12);
    expect(gaussianModes(sample(0.5)).highQuality).toBeLessThan(0.1);
  });

  it('refuses other dimensions and options', () => {
    expect(() => gaussianModes(normal(20, 3, 3))).toThrow(/points\.dim is 3; it must be 2/);
    expect(() => gaussianModes(normal(20, 3, 2), { std: 0 })).toThrow(/std is 0/);
    expect(() => gaussianModes(normal(20, 3, 2), { centres: [1, 2, 3] })).toThrow(/centres has 3 numbers/);
    expect(() => gaussianModes({ dim: 2, data: new Float64Array(0) })).toThrow(/points has 0 vectors/);
  });
});
