import * as tf from '@tensorflow/tfjs-core';
import type { ImageDataset } from '@diffgan/data';
import {
  extractFeatures,
  type FashionCnn,
  fashionCnn,
  fashionReference,
  FeatureStatistics,
  frechetDistance,
} from '@diffgan/fid';
import { pageFileExists, readBytes, writeAtomically } from '@diffgan/files';
import type { SampleArray } from '@diffgan/hub';
import { foldIn } from '@diffgan/ops';
import { ddganSampler, run } from '@diffgan/samplers';
import { type ReadVectors, setParameters, type TrainEvent } from '@diffgan/training';
import { type ClothesGame, clothesGame } from './clothes-game.ts';
import { fetchTenth } from './fetch-tenth.ts';
import type { ClothesAnswer, ClothesRequest } from './messages.ts';
import type { ClothesSettings } from './settings.ts';

/** Where the state of a run is kept: the browser's own files of this page. */
const FILE = 'opfs:diffgan-lab/clothes.safetensors';
const SAMPLES = 16;
const SAMPLE_BATCH = 50;
/** Milliseconds between two looks at least, and how many times as long as one took. */
const PAUSE = 2000;
const SHARE = 8;

/** Whether the state of a run is kept from before. */
export const isKept = (): Promise<boolean> => pageFileExists(FILE);

/** One training on clothes, driven by the page's requests, one thing after another. */
export class ClothesSession {
  #queue: Promise<void> = Promise.resolve();
  #data: ImageDataset | undefined;
  #scorer: { extractor: FashionCnn; reference: FeatureStatistics } | undefined;
  #stop = new AbortController();
  #look = { at: 0, took: 0 };

  constructor(readonly tell: (answer: ClothesAnswer) => void) {}

  /** Does what a page asks, after what it asked before; whatever is trained stops first. */
  handle(request: ClothesRequest): void {
    this.#stop.abort();
    this.#queue = this.#queue
      .then(() => this.#do(request))
      .catch((error: unknown) => this.tell({ type: 'failed', message: (error as Error).message }));
  }

  async #do(request: ClothesRequest): Promise<void> {
    switch (request.type) {
      case 'train':
        return this.#train(request);
      case 'stop':
        return;
      case 'save': {
        const bytes = Uint8Array.from(await readBytes(FILE));
        return this.tell({ type: 'saved', bytes });
      }
      case 'load':
        await writeAtomically(FILE, request.bytes);
        return this.tell({ type: 'loaded' });
    }
  }

  async #train({ settings, resume }: Extract<ClothesRequest, { type: 'train' }>): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const data = (this.#data ??= await fetchTenth((loaded, total) => this.tell({ type: 'fetching', loaded, total })));
    const measure = (game: ClothesGame) => this.#measure(game, settings);
    const game = clothesGame(settings, { ...{ data, file: FILE, resume, signal }, measure });
    try {
      const { averages } = await run(game.training, (event) => this.#told(event, game));
      tf.dispose(averages);
      this.tell({ type: 'done' });
    } catch (error) {
      if (!signal.aborted) throw error;
      this.tell({ type: 'stopped' });
    } finally {
      game.dispose();
    }
  }

  async #told(event: TrainEvent, game: ClothesGame): Promise<void> {
    if (event.type === 'warning') this.tell({ type: 'warning', message: `step ${event.step}: ${event.message}` });
    if (event.type === 'resume' && event.step > 0) this.tell({ type: 'resumed', step: event.step });
    if (event.type === 'checkpoint') this.tell({ type: 'kept' });
    if (event.type === 'metric') this.tell({ type: 'fid', step: event.step, fid: event.values.fid });
    if (event.type !== 'step') return;
    const { step, losses, seconds, vectors } = event;
    const { numTensors: tensors, numBytes: bytes } = tf.memory();
    this.tell({ type: 'step', step, milliseconds: 1000 * seconds, losses, tensors, bytes });
    const began = performance.now();
    if (step > 1 && began - this.#look.at < Math.max(PAUSE, SHARE * this.#look.took)) return;
    await showAverage(game, vectors);
    this.tell({ type: 'samples', step, images: await imagesOf(game, 0, SAMPLES) });
    this.#look = { at: performance.now(), took: performance.now() - began };
  }

  /** FID-fashion of pictures by the running average. */
  #measure(game: ClothesGame, { fidOf }: ClothesSettings) {
    return async ({ vectors }: { vectors: ReadVectors }) => {
      await showAverage(game, vectors);
      this.#scorer ??= { extractor: await fashionCnn(), reference: await fashionReference('train') };
      const { extractor, reference } = this.#scorer;
      const { name, layer } = extractor;
      const statistics = new FeatureStatistics(extractor.dim, { extractor: name, layer });
      for (let done = 0, batch = 1; done < fidOf; done += SAMPLE_BATCH, batch++) {
        const { data } = await imagesOf(game, batch, SAMPLE_BATCH);
        const images = tf.tensor4d(data, [SAMPLE_BATCH, 28, 28, 1]);
        statistics.add(await extractFeatures(extractor, images));
        images.dispose();
      }
      return { fid: await frechetDistance(statistics, reference) };
    };
  }
}

/** Puts the running average into the network that draws. */
async function showAverage({ shown }: ClothesGame, read: ReadVectors): Promise<void> {
  const vectors = await read();
  setParameters(shown, vectors.generator.average);
  Object.values(vectors).forEach((state) => tf.dispose({ ...state }));
}

/** Pictures of one batch, always of the same noise. */
async function imagesOf(
  { shown, schedule, sampleKey }: ClothesGame,
  batch: number,
  count: number,
): Promise<SampleArray> {
  const images = await run(ddganSampler(shown, schedule, { shape: [count, 28, 28, 1], key: foldIn(sampleKey, batch) }));
  const data = Float32Array.from(await images.data<'float32'>());
  images.dispose();
  return { data, shape: [...images.shape] };
}
