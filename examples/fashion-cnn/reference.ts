// Measures what @diffgan/fid ships beside the weights: test accuracy, statistics of both splits, and the floor.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fashionMnist, type ImageDataset, takeImages } from '@diffgan/data';
import { extractFeatures, type FashionCnn, fashionCnn, FeatureStatistics, fidScore, formatFid } from '@diffgan/fid';
import { writeAtomically } from '@diffgan/files';
import { selectBackend } from '@diffgan/runtime';
import { accuracy } from './accuracy.ts';

const weights = new URL('../../packages/fid/weights/', import.meta.url);
const part = 1000; // images at a time

async function measure(extractor: FashionCnn, dataset: ImageDataset): Promise<FeatureStatistics> {
  const { name, layer, dim } = extractor;
  const statistics = new FeatureStatistics(dim, { extractor: name, layer, split: dataset.split, range: '[-1, 1]' });
  for (let start = 0; start < dataset.count; start += part) {
    const images = takeImages(
      dataset,
      Array.from({ length: Math.min(part, dataset.count - start) }, (_, i) => start + i),
    );
    statistics.add(await extractFeatures(extractor, images, { batch: 250 }));
    images.dispose();
  }
  return statistics;
}

async function writeStatistics(statistics: FeatureStatistics): Promise<void> {
  const path = fileURLToPath(new URL(`fashion-${statistics.meta.split}.json`, weights));
  await writeAtomically(path, `${JSON.stringify(statistics)}\n`);
}

const file = await readFile(new URL('fashion-cnn.safetensors', weights));
console.log(`SHA-256 of the weights: ${createHash('sha256').update(file).digest('hex')}`);
await selectBackend('tensorflow', { onNote: console.log });
const extractor = await fashionCnn();
const test = await fashionMnist({ split: 'test' });
const share = await accuracy((images) => extractor.logits(images), test);
console.log(`test accuracy: ${(100 * share).toFixed(2)} %`);
const trainStatistics = await measure(extractor, await fashionMnist({ split: 'train' }));
const testStatistics = await measure(extractor, test);
await writeStatistics(trainStatistics);
await writeStatistics(testStatistics);
console.log(`floor: ${formatFid(await fidScore(testStatistics, trainStatistics))}`);
extractor.dispose();
