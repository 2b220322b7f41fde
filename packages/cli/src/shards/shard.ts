import { UsageError } from '@diffgan/runs/errors';

/** One of several parts of equal length, from 1. */
export interface Shard {
  index: number;
  of: number;
}

/**
 * The part that a text such as `3/8` names.
 *
 * @throws UsageError for any other text.
 */
export function shardOf(text: string): Shard {
  const [, index, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (index >= 1 && index <= of) return { index, of };
  throw new UsageError(`--shard is ${text.slice(0, 40)}; write which part of how many, such as 3/8`);
}

/** The batches of a part: each batch belongs to one part. */
export function batchesOfShard(batches: number, { index, of }: Shard): [from: number, to: number] {
  if (of > batches)
    throw new UsageError(
      `--shard is ${index}/${of}, but there are ${batches} batches; take fewer parts, or a smaller --batch in all of them`,
    );
  return [Math.floor(((index - 1) * batches) / of), Math.floor((index * batches) / of)];
}
