// Trains the CNN behind FID-fashion on the 60 000 training images and writes its weights.
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-layers'; // registers the gradients
import * as tf from '@tensorflow/tfjs-core';
import { batchesPerEpoch, batchIndices, fashionMnist, type ImageDataset } from '@diffgan/data';
import { fashionCnnFeatures, fashionCnnLogits, fashionCnnShapes, type FashionCnnWeights } from '@diffgan/fid';
import { writeAtomically, writeSafetensors } from '@diffgan/files';
import { foldIn, type Key, key, normal, split, uniform } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { accuracy } from './accuracy.ts';
import { augmentedImages } from './augment.ts';
import { ScheduledAdam } from './scheduled-adam.ts';

type Variables = Record<keyof FashionCnnWeights, tf.Variable>;

const keepShare = 0.6; // of the features during training

/** He initialisation: normal with variance 2 / fan-in; biases start at 0. */
function initialWeights(seed: Key): Variables {
  const entries = Object.entries(fashionCnnShapes).map(([name, shape], i) => {
    const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
    const start = tf.tidy(() =>
      shape.length === 1 ? tf.zeros([...shape]) : tf.mul(normal(foldIn(seed, i), [...shape]), Math.sqrt(2 / fanIn)),
    );
    return [name, tf.variable(start, true, name)] as const;
  });
  return Object.fromEntries(entries) as Variables;
}

/** Mean cross-entropy with dropout on the features. */
function meanLoss(weights: FashionCnnWeights, images: tf.Tensor4D, labels: Uint8Array, dropKey: Key): tf.Scalar {
  const features = fashionCnnFeatures(weights, images);
  const keep = tf.less(uniform(dropKey, features.shape), keepShare);
  const dropped = tf.div(tf.mul(features, tf.cast(keep, 'float32')), keepShare);
  const logits = fashionCnnLogits(weights, dropped as tf.Tensor2D);
  const wanted = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
  return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

interface Run {
  readonly weights: Variables;
  readonly optimizer: ScheduledAdam;
  readonly train: ImageDataset;
  readonly seed: Key;
  readonly batch: number;
}

async function trainStep({ weights, optimizer, train, seed, batch }: Run, step: number): Promise<number> {
  const [orderKey, noiseKey] = split(seed);
  const [augmentKey, dropKey] = split(foldIn(noiseKey, step));
  const indices = batchIndices(train, step, { batch, key: orderKey });
  const labels = Uint8Array.from(indices, (i) => train.labels![i]);
  const images = await augmentedImages(train, indices, augmentKey);
  optimizer.schedule(step);
  const loss = optimizer.minimize(() => meanLoss(weights, images, labels, dropKey), true, Object.values(weights))!;
  const [value] = await loss.data();
  tf.dispose([images, loss]);
  return value;
}

async function save(weights: Variables, path: string): Promise<void> {
  const entries = Object.entries(weights).map(
    async ([name, weight]) => [name, { shape: weight.shape, data: await weight.data<'float32'>() }] as const,
  );
  await writeAtomically(path, writeSafetensors(Object.fromEntries(await Promise.all(entries))));
}

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '12' },
    batch: { type: 'string', default: '128' },
    rate: { type: 'string', default: '0.001' },
    seed: { type: 'string', default: '0' },
    limit: { type: 'string', default: '60000' },
    backend: { type: 'string', default: 'tensorflow' },
    out: { type: 'string', default: '../../packages/fid/weights/fashion-cnn.safetensors' },
  },
});
const batch = Number(values.batch);
const epochs = Number(values.epochs);
await selectBackend(values.backend, { onNote: console.log });
const train = await fashionMnist({ split: 'train', limit: Number(values.limit), onNote: console.log });
const test = await fashionMnist({ split: 'test' });
const [startKey, seed] = split(key(Number(values.seed)));
const perEpoch = batchesPerEpoch(train, batch);
const optimizer = new ScheduledAdam(Number(values.rate), 200, epochs * perEpoch);
const run: Run = { weights: initialWeights(startKey), optimizer, train, seed, batch };

const logits = (images: tf.Tensor4D) => fashionCnnLogits(run.weights, fashionCnnFeatures(run.weights, images));
const began = performance.now();
for (let epoch = 0; epoch < epochs; epoch++) {
  let total = 0;
  for (let i = 0; i < perEpoch; i++) {
    const loss = await trainStep(run, epoch * perEpoch + i);
    if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss} in epoch ${epoch + 1}; lower --rate.`);
    total += loss;
  }
  await save(run.weights, values.out);
  const share = (100 * (await accuracy(logits, test))).toFixed(2);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `epoch ${epoch + 1}/${epochs}: loss ${(total / perEpoch).toFixed(4)}, test accuracy ${share} %, ${seconds} s`,
  );
}
