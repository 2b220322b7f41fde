// Fills in the lower half of clothes of the test set with a denoising diffusion GAN that is told their class, and with the same GAN that is
// told another class. npm start -w examples/fill-in
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { fashionMnist, imageGrid, takeImages } from '@diffgan/data';
import { writeAtomically } from '@diffgan/files';
import { loadPipeline, type ModelName } from '@diffgan/hub';
import { foldIn, key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { ddganSampler, inpaint, run } from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'fashion-mnist-ddgan' },
    fills: { type: 'string', default: '4' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: 'runs/fill-in' },
    backend: { type: 'string' },
  },
});
const seed = key(Number(values.seed));

await selectBackend(values.backend);
const pipeline = await loadPipeline(values.model as ModelName, { draws: 'images' });
const classes = pipeline.labels.length;
const generator = pipeline.networks.generator;
if (!generator || classes === 0) throw new RangeError(`${values.model} is no generator that is told a class`);
const schedule = pipeline.schedule as NoiseSchedule;

/** The lower half of `x0` anew, as of the class that each image is told to be of. */
async function filled(x0: tf.Tensor4D, labels: readonly number[], fill: number): Promise<tf.Tensor4D> {
  const cond = tf.tensor1d([...labels], 'int32');
  try {
    return await run(inpaint(generator!, schedule, { x0, mask, sampler: ddganSampler, cond, key: foldIn(seed, fill) }));
  } finally {
    cond.dispose();
  }
}

// The first of each class, rows 0 to 13 of which are known.
const test = await fashionMnist({ split: 'test', onNote: console.log });
const own = Array.from({ length: classes }, (_, label) => label);
const x0 = takeImages(
  test,
  own.map((label) => test.labels!.indexOf(label)),
);
const half = x0.shape[1] / 2;
const mask = tf.tidy(() => tf.concat([tf.ones([1, half, x0.shape[2], 1]), tf.zeros([1, half, x0.shape[2], 1])], 1));
const known = tf.tidy(() => tf.mul(x0, mask)); // 0, the middle grey, where nothing is known

const rows = [x0, known];
for (let fill = 0; fill < Number(values.fills); fill++) rows.push(await filled(x0, own, fill));
const others = own.map((label) => (label + 1) % classes);
rows.push(await filled(x0, others, 0));

const sheet = tf.tidy(() => tf.concat(rows));
const path = join(values.out, 'filled.png');
await mkdir(values.out, { recursive: true });
await writeAtomically(path, await imageGrid(sheet, { columns: classes, scale: 3 }));
tf.dispose([...rows, mask, sheet]);
pipeline.dispose();
console.log(
  `From top to bottom: the images, what is known, ${values.fills} fillings, and one of the next class in ${path}`,
);
