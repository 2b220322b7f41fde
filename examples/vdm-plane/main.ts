// Trains variational diffusion models of points of the plane, with a straight noise schedule and with a learned one of the same ends, and
// plots the bound, the variance of its estimate and γ. npm start -w examples/vdm-plane
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { gaussians25, type PointDataset, swissRoll } from '@diffgan/data';
import { gammaNetwork } from '@diffgan/objectives';
import { foldIn, key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { run } from '@diffgan/samplers';
import { setParameters, trainVdm } from '@diffgan/training';
import { mlpDenoiser } from '@diffgan/unet';
import { type Curve, type Plot, plots } from './plots.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '6000' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: 'runs/vdm-plane' },
    backend: { type: 'string' },
  },
});
const { out } = values;
const steps = Number(values.steps);
const seed = key(Number(values.seed));
const streams = { data: 0, model: 1, training: 2 };
const WINDOW = Math.max(1, Math.round(steps / 50)); // steps that a point of a curve is the mean of
const ends = { gamma0: -10, gamma1: 5, learnEndPoints: false };

await selectBackend(values.backend);

/** Bits per dimension of the densest code: the entropy of the data, from the centres that it is a mixture of. */
function entropyOf({ points, count }: PointDataset, centres: readonly (readonly number[])[], std: number): number {
  let sum = 0;
  const used = Math.min(count, 2000);
  for (let i = 0; i < used; i++) {
    const likelihoods = centres.map(([a, b]) =>
      Math.exp(-((points[2 * i] - a) ** 2 + (points[2 * i + 1] - b) ** 2) / (2 * std ** 2)),
    );
    const density = likelihoods.reduce((total, p) => total + p, 0) / (centres.length * 2 * Math.PI * std ** 2);
    sum -= Math.log2(density);
  }
  return sum / used / 2;
}

interface Trained {
  bound: Curve;
  variance: Curve;
  gamma: Curve;
}

/** One training, as curves. */
async function train(data: PointDataset, kind: 'linear' | 'monotone'): Promise<Trained> {
  const sizes = { dim: 2, hidden: [256, 256, 256], timeWidth: 32 };
  const model = mlpDenoiser({ kind: 'mlp-denoiser', ...sizes }, { key: foldIn(seed, streams.model) });
  const gamma = gammaNetwork({ kind, hidden: 64, ...ends });
  const name = kind === 'linear' ? 'straight γ' : 'learned γ';
  const bound: Curve = { name, points: [] };
  const variance: Curve = { name, points: [] };
  let window: [number, number][] = [];
  const training = trainVdm(model, gamma, {
    ...{ data, steps, batch: 256, key: foldIn(seed, streams.training) },
    learningRate: { denoiser: 2e-3, gamma: 1e-2 },
  });
  const { averages } = await run(training, (event) => {
    if (event.type !== 'step') return;
    window.push([event.losses.bound, event.measures['diffusion.variance']]);
    if (window.length < WINDOW) return;
    const [b, v] = [0, 1].map((i) => window.reduce((sum, pair) => sum + pair[i], 0) / window.length);
    bound.points.push([event.step, b]);
    variance.points.push([event.step, v]);
    window = [];
  });
  if (averages.gamma) setParameters(gamma, averages.gamma);
  const at = await gamma.toFunction();
  const times = Array.from({ length: 101 }, (_, i) => i / 100);
  tf.dispose(averages);
  model.dispose();
  gamma.dispose();
  return { bound, variance, gamma: { name, points: times.map((t) => [t, at(t)]) } };
}

const scale = 1 / (2 * Math.SQRT2);
const sides = [-4, -2, 0, 2, 4].map((x) => x * scale);
const spiral = Array.from({ length: 4000 }, (_, i) => 1.5 * Math.PI + (3 * Math.PI * (i + 0.5)) / 4000);
const outer = 4.5 * Math.PI;
const sets = [
  {
    name: '25 Gaussians',
    data: gaussians25(50_000, foldIn(seed, streams.data), { scale }),
    centres: sides.flatMap((x) => sides.map((y) => [x, y])),
    std: 0.05 * scale,
  },
  {
    name: 'Swiss roll',
    data: swissRoll(50_000, foldIn(seed, streams.data), { noise: 0.02 }),
    centres: spiral.map((t) => [(t * Math.cos(t)) / outer, (t * Math.sin(t)) / outer]),
    std: 0.02,
  },
];

const rows: Plot[][] = [];
for (const { name, data, centres, std } of sets) {
  const entropy = entropyOf(data, centres, std);
  console.log(`${name}: entropy ${entropy.toFixed(2)} bits/dim`);
  const trained: Trained[] = [];
  for (const kind of ['linear', 'monotone'] as const) {
    const run = await train(data, kind);
    trained.push(run);
    const end = ({ points }: Curve) => points.slice(-10).reduce((sum, [, y]) => sum + y, 0) / 10;
    console.log(
      `${name}, ${run.bound.name}: bound ${run.bound.points[0][1].toFixed(2)} → ${end(run.bound).toFixed(2)} bits/dim, ` +
        `variance ${run.variance.points[0][1].toFixed(2)} → ${end(run.variance).toFixed(2)}`,
    );
  }
  rows.push([
    { title: `${name}: bound, bits/dim`, x: 'step', curves: trained.map((run) => run.bound), level: entropy },
    { title: 'variance of its estimate', x: 'step', curves: trained.map((run) => run.variance) },
    { title: 'γ(t) = −log SNR', x: 't', curves: trained.map((run) => run.gamma), namesLeft: true },
  ]);
}
await mkdir(out, { recursive: true });
await writeFile(`${out}/vdm.svg`, plots(rows));
console.log(`Curves are in ${out}/vdm.svg`);
