import { concat, slice, Tensor, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Images `[n, H, W, C]`: one tensor, which stays the caller's, or batches of any sizes as they are made, each of which is disposed
 * after use.
 */
export type ImageSource = Tensor4D | AsyncIterable<Tensor4D>;

/**
 * The same images in batches of one size, the last one smaller, whatever the batches they come in. Each batch lives until the next
 * one is asked for.
 *
 * @throws RangeError for batches of different images
 */
export async function* rebatch(source: ImageSource, size: number): AsyncGenerator<Tensor4D, void> {
  if (source instanceof Tensor) {
    yield* slices(source, size, source.shape[0]);
    return;
  }
  let held: Tensor4D[] = [];
  try {
    for await (const batch of source) {
      held.push(batch);
      assertAlike(held[0], batch);
      const count = held.reduce((sum, { shape }) => sum + shape[0], 0);
      if (count < size) continue;
      held = [join(held)];
      const whole = count - (count % size);
      yield* slices(held[0], size, whole);
      const rest = count > whole ? [part(held[0], whole, count)] : [];
      held[0].dispose();
      held = rest;
    }
    if (held.length === 0) return;
    held = [join(held)];
    yield* slices(held[0], size, held[0].shape[0]);
  } finally {
    held.forEach((batch) => batch.dispose());
  }
}

function* slices(images: Tensor4D, size: number, count: number): Generator<Tensor4D, void> {
  for (let start = 0; start < count; start += size) {
    const batch = part(images, start, Math.min(start + size, count));
    try {
      yield batch;
    } finally {
      batch.dispose();
    }
  }
}

const part = (images: Tensor4D, from: number, to: number): Tensor4D =>
  slice(images, [from, 0, 0, 0], [to - from, -1, -1, -1]);

/** One tensor of several, which are disposed. */
function join(batches: Tensor4D[]): Tensor4D {
  if (batches.length === 1) return batches[0];
  const joined = concat(batches, 0);
  batches.forEach((batch) => batch.dispose());
  return joined;
}

function assertAlike(first: Tensor4D, batch: Tensor4D): void {
  if (batch.rank === 4 && first.shape.slice(1).join() === batch.shape.slice(1).join()) return;
  throw new RangeError(
    `evaluate: a batch of shape [${batch.shape.join(', ')}] after one of [${first.shape.join(', ')}]; ` +
      'all must be [n, height, width, channels] of one size.',
  );
}
