import { foldIn, type Key, permutation } from '@diffgan/ops';

/** Whatever is drawn from: only the number of examples matters. */
type Countable = { readonly count: number };

/** Options of {@link batchIndices}. */
export interface BatchIndicesOptions {
  /** Images per batch, 1…count. */
  batch: number;
  /** Decides the order of every epoch. */
  key: Key;
}

/** The order of the latest epoch: steps of one epoch follow each other, and shuffling 60 000 numbers for each is slow. */
const latest = new WeakMap<Countable, { id: string; order: Int32Array }>();

function epochOrder(dataset: Countable, key: Key, epoch: number): Int32Array {
  const id = `${key.join()} ${epoch}`;
  const known = latest.get(dataset);
  if (known?.id === id) return known.order;
  const order = permutation(foldIn(key, epoch), dataset.count);
  latest.set(dataset, { id, order });
  return order;
}

/**
 * The indices of the images in batch number `step`, a pure function of its arguments: training can resume at any step
 * without replaying the earlier ones. Epoch e visits the images in the order `permutation(foldIn(key, e), count)`; a last
 * batch that would be incomplete is dropped.
 *
 * @param dataset only its `count` matters
 * @param step 0, 1, 2, … across epochs
 * @returns `batch` distinct indices; a fresh array
 * @throws RangeError when `step` or `batch` is out of range
 * @example
 * ```ts
 * const train = await fashionMnist();
 * batchIndices(train, 938, { batch: 64, key: key(0) }); // 937 batches make an epoch: this is the second of epoch 1
 * ```
 */
export function batchIndices(dataset: Countable, step: number, { batch, key }: BatchIndicesOptions): Int32Array {
  const perEpoch = batchesPerEpoch(dataset, batch);
  if (!Number.isSafeInteger(step) || step < 0)
    throw new RangeError(`batchIndices: step is ${step}; it must be an integer ≥ 0.`);
  const start = (step % perEpoch) * batch;
  return epochOrder(dataset, key, Math.floor(step / perEpoch)).slice(start, start + batch);
}

/**
 * How many whole batches an epoch has.
 *
 * @example
 * ```ts
 * batchesPerEpoch(gaussians25(1000, key(0)), 64); // 15
 * ```
 */
export function batchesPerEpoch(dataset: Countable, batch: number): number {
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > dataset.count)
    throw new RangeError(`batch is ${batch}; it must be an integer in 1…${dataset.count}, the number of images.`);
  return Math.floor(dataset.count / batch);
}
