// Trains a conditional denoiser and a classifier on three Gaussians, guides the one by the other and by itself, and compares with the
// densities that guidance is to sample. npm start -w examples/three-gaussians
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { gaussianMixture } from '@diffgan/data';
import { type DirectedMoments, directedMoments } from '@diffgan/fid';
import { foldIn, key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { classifierFreeGuidance, classifierGuidance, ddpmSampler, run } from '@diffgan/samplers';
import { linearSchedule } from '@diffgan/schedule';
import { setParameters, trainClassifier, trainDdpm, type TrainEvent } from '@diffgan/training';
import { mlpClassifier, mlpDenoiser, saveModel } from '@diffgan/unet';
import { langevin } from './langevin.ts';
import { classes, directions, guidedDraws, guidedMoments, type Point, STD } from './mixture.ts';
import { guidancePicture } from './picture.ts';
import { streams } from './streams.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '20000' },
    points: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: 'runs/three-gaussians' },
    backend: { type: 'string' },
  },
});
const { out } = values;
const seed = key(Number(values.seed));
const perClass = Number(values.points);
const weights = [0, 1, 3];
const none = classes;

await selectBackend(values.backend);
const schedule = linearSchedule(100, { scale: 10 });
const t = 5; // the level that is sampled: nearly the data
const level = schedule.alphaBar[t - 1];

const data = gaussianMixture({ means: directions, std: STD }, 100_000, foldIn(seed, streams.seed.data));
const sizes = { dim: 2, hidden: [128, 128, 128], timeWidth: 32, classes };
const denoiser = mlpDenoiser(
  { kind: 'mlp-denoiser', ...sizes, nullClass: true },
  { key: foldIn(seed, streams.seed.denoiser) },
);
const classifier = mlpClassifier({ kind: 'mlp-classifier', ...sizes }, { key: foldIn(seed, streams.seed.classifier) });

const report = (event: TrainEvent) => {
  if (event.type !== 'step' || event.step % 500 !== 0) return;
  const [[name, loss]] = Object.entries(event.losses);
  console.log(`${name} step ${event.step}/${event.steps}  loss ${loss.toFixed(3)}`);
};
const settings = { data, steps: Number(values.steps), batch: 512, learningRate: 2e-3, emaDecay: 0.999 };
const trained = await run(
  trainDdpm(denoiser, schedule, { ...settings, labelDropping: 0.25, key: foldIn(seed, streams.seed.denoiserTraining) }),
  report,
);
setParameters(denoiser, trained.averages.denoiser);
const judged = await run(
  trainClassifier(classifier, schedule, { ...settings, key: foldIn(seed, streams.seed.classifierTraining) }),
  report,
);
setParameters(classifier, judged.averages.classifier);
tf.dispose([trained.averages, judged.averages]);

const labels = Array.from({ length: classes * perClass }, (_, i) => Math.floor(i / perClass));
const cond = tf.tensor1d(labels, 'int32');
/** The samples of each class. */
async function byClass(samples: tf.Tensor): Promise<Point[][]> {
  const points = (await samples.array()) as [number, number][];
  samples.dispose();
  return Array.from({ length: classes }, (_, c) => points.slice(c * perClass, (c + 1) * perClass));
}
const classifierGuided = (w: number) => classifierGuidance(denoiser, classifier, { w, schedule, conditional: true });
const classifierFree = (w: number) => classifierFreeGuidance(denoiser, { w, nullCond: none });
const atLevel = async (model: ReturnType<typeof classifierFree>) =>
  byClass(await langevin(model, schedule, { t, cond, key: foldIn(seed, streams.seed.langevin) }));
const chain = async (model: ReturnType<typeof classifierFree>) =>
  byClass(
    await run(
      ddpmSampler(model, schedule, {
        shape: [labels.length, 2],
        cond,
        clip: false,
        key: foldIn(seed, streams.seed.samples),
      }),
    ),
  );

const rows: { name: string; draw: (w: number) => Promise<Point[][]> | Point[][] }[] = [
  {
    name: 'the density itself',
    draw: (w) => directions.map((_, label) => guidedDraws(perClass, { label, w, level, seed: 7 })),
  },
  { name: 'classifier guidance', draw: (w) => atLevel(classifierGuided(w)) },
  { name: 'classifier-free guidance', draw: (w) => atLevel(classifierFree(w)) },
  { name: 'chain, classifier', draw: (w) => chain(classifierGuided(w)) },
  { name: 'chain, classifier-free', draw: (w) => chain(classifierFree(w)) },
];

const panels: Point[][][][] = [];
const show = ({ mean, along, across }: DirectedMoments) => [mean, along, across].map((x) => x.toFixed(3)).join('  ');
for (const { name, draw } of rows) {
  const panelsOfRow: Point[][][] = [];
  for (const w of weights) {
    const samples = await draw(w);
    panelsOfRow.push(samples);
    for (const [label, points] of samples.entries())
      console.log(`${name.padEnd(26)} w = ${w}  class ${label}  ${show(directedMoments(points, directions[label]))}`);
  }
  panels.push(panelsOfRow);
}
for (const w of weights) {
  console.log(`quadrature at t = ${t}        w = ${w}           ${show(guidedMoments(w, level))}`);
  console.log(`quadrature of the data    w = ${w}           ${show(guidedMoments(w, 1))}`);
}

await mkdir(out, { recursive: true });
await writeFile(`${out}/guidance.svg`, guidancePicture(panels, { rows: rows.map(({ name }) => name), weights, level }));
await saveModel(`${out}/denoiser`, denoiser);
await saveModel(`${out}/classifier`, classifier);
console.log(`Picture and networks are in ${out}`);
cond.dispose();
