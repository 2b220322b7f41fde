import { type ImageDataset, takeImages } from '@diffgan/data';
import { type BitsPerDim, bitsPerDim } from '@diffgan/objectives';
import { foldIn, key } from '@diffgan/ops';
import type { BatchNats, BitsMeter } from './bits-meter.ts';

/** How many images are measured, and how. */
export interface BitsOptions {
  /** The first so many images. */
  readonly count: number;
  /** Images per network call. */
  readonly batch: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Called with the number of images that are done. */
  readonly onProgress?: (done: number) => void;
  /** What is known of batch i already. */
  readonly known?: (i: number) => Promise<BatchNats | undefined>;
  /** Keeps what was found of batch i. */
  readonly keep?: (i: number, nats: BatchNats) => Promise<void>;
}

/** Bits per dimension with their standard error over the images. */
export interface Bits {
  readonly total: BitsPerDim;
  /** By part of the bound. */
  readonly parts: Readonly<Record<string, BitsPerDim>>;
  /** Of a DDPM: L_0, L_1, …, L_{T−1}, in bits per dimension. */
  readonly terms?: readonly number[];
  /** Of a VDM: the variance of a single estimate of the diffusion part, in bits per dimension squared. */
  readonly variance?: number;
  /** How many images. */
  readonly count: number;
}

/**
 * The bound on images of a data set. Batch i has the noise of `foldIn(key(seed), i)`, so that a part of the work can be kept.
 *
 * @example
 * ```ts fragment
 * const { meter, data } = await openBitsMeter('runs/ddpm', { clip: false, times: 1 });
 * const { total } = await measureBits(meter, dataset, { count: 100, batch: 50, seed: 0, signal }); // bits per dimension
 * ```
 */
export async function measureBits(meter: BitsMeter, dataset: ImageDataset, options: BitsOptions): Promise<Bits> {
  const { batch, seed, signal, onProgress, known, keep } = options;
  const count = Math.min(options.count, dataset.count);
  const found: BatchNats[] = [];
  for (let i = 0; i * batch < count; i++) {
    const size = Math.min(batch, count - i * batch);
    let nats = await known?.(i);
    if (!nats) {
      const x0 = takeImages(
        dataset,
        Array.from({ length: size }, (_, j) => i * batch + j),
      );
      try {
        const onStep = (share: number) => onProgress?.(i * batch + share * size);
        nats = await meter.measure(x0, { key: foldIn(key(seed), i), signal, onStep });
      } finally {
        x0.dispose();
      }
      await keep?.(i, nats);
    }
    found.push(nats);
    onProgress?.(i * batch + size);
  }
  return summed(found, dataset.height * dataset.width * dataset.channels);
}

function summed(batches: readonly BatchNats[], dimensions: number): Bits {
  const names = Object.keys(batches[0].parts);
  const parts = Object.fromEntries(names.map((name) => [name, batches.flatMap((one) => one.parts[name])]));
  const all = parts[names[0]].map((_, i) => names.reduce((sum, name) => sum + parts[name][i], 0));
  const bitsOf = (nats: readonly number[]) => bitsPerDim(nats, dimensions);
  const terms = batches[0].terms?.map(
    (_, t) => batches.reduce((sum, one) => sum + one.terms![t], 0) / all.length / (dimensions * Math.LN2),
  );
  return {
    total: bitsOf(all),
    parts: Object.fromEntries(names.map((name) => [name, bitsOf(parts[name])])),
    ...(terms && { terms }),
    ...(batches[0].squares !== undefined && {
      variance: varianceOf(batches) / all.length / (dimensions * Math.LN2) ** 2,
    }),
    count: all.length,
  };
}

const varianceOf = (batches: readonly BatchNats[]): number =>
  batches.reduce((sum, { squares = 0 }) => sum + squares, 0);
