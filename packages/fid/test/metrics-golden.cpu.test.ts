import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  cmmd,
  densityCoverage,
  type Features,
  inceptionScore,
  nearestNeighbours,
  polynomialMmd,
  precisionRecall,
} from '@diffgan/fid';
import { readBytes, readSafetensors } from '@diffgan/files';
import { takeRows } from '../src/features/features.ts';

interface Case {
  name: string;
  mmd: number;
  cmmd: number;
  subsets: [number[], number[]][];
  subsetMmd: number[];
  neighbours: { indices: number[][]; distances: number[][] };
  precisionRecall: Record<string, [number, number]>;
  prdc: Record<string, [number, number]>;
}
interface Golden {
  cases: Case[];
  inception: Record<string, [number, number]>;
}

const golden = (name: string) => new URL(`golden/${name}`, import.meta.url);
const { cases, inception } = JSON.parse(await readFile(golden('metrics.json'), 'utf8')) as Golden;
const { tensors } = readSafetensors(await readBytes(golden('metrics.safetensors')));
const features = (name: string): Features => ({
  data: tensors[name].data as Float32Array,
  dim: tensors[name].shape[1],
});

// float64 on both sides; kernel values stay below 1e4, or 1e12 far from zero, of which eps times some is left
const mmdTolerance = (name: string) =>
  name.includes('far') ? { rtol: 1e-5, atol: 1e-3 } : { rtol: 1e-9, atol: 1e-11 };

describe.each(cases)('equals torch-fidelity, prdc and scikit-learn: $name', (expected) => {
  const [generated, real] = [features(`${expected.name}.generated`), features(`${expected.name}.real`)];

  it('the unbiased MMD², of all vectors and of given subsets', async () => {
    expect([await polynomialMmd(generated, real)]).toBeAllClose([expected.mmd], mmdTolerance(expected.name));
    const ofSubsets = expected.subsets.map(([a, b]) => polynomialMmd(takeRows(generated, a), takeRows(real, b)));
    expect(await Promise.all(ofSubsets)).toBeAllClose(expected.subsetMmd, mmdTolerance(expected.name));
  });

  it('CMMD', async () =>
    // the reference subtracts means near 1 in float64, of which 1000·1e-15 is left
    expect([await cmmd(generated, real)]).toBeAllClose([expected.cmmd], { rtol: 1e-9, atol: 1e-11 }));

  it.each(['1', '3', '5'])('precision, recall, density and coverage for k = %s', async (k) => {
    const { precision, recall } = await precisionRecall(generated, real, { k: Number(k) });
    expect([precision, recall]).toBeAllClose(expected.precisionRecall[k], { rtol: 0, atol: 1e-7 }); // float32 there
    const { density, coverage } = await densityCoverage(generated, real, { k: Number(k) });
    expect([density, coverage]).toBeAllClose(expected.prdc[k], { rtol: 1e-12, atol: 1e-12 });
  });

  it('the nearest neighbours', async () => {
    const few = takeRows(generated, [0, 1, 2, 3, 4]);
    const { indices, distances } = await nearestNeighbours(few, real, { k: 4 });
    expect(Array.from(indices)).toEqual(expected.neighbours.indices.flat());
    expect(distances).toBeAllClose(expected.neighbours.distances.flat(), { rtol: 1e-9, atol: 1e-9 });
  });
});

it.each(['1', '4', '10'])('the Inception Score of 203 images in %s splits', (splits) => {
  const { value, standardDeviation } = inceptionScore(features('logits'), { splits: Number(splits) });
  expect([value, standardDeviation]).toBeAllClose(inception[splits], { rtol: 1e-10, atol: 1e-10 });
});
