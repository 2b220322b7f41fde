import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '@diffgan/runs/errors';
import type { Shard } from './shard.ts';

/** A part of something, as the folder that it lies in tells. */
export interface Part {
  /** Absolute. */
  folder: string;
  /** Which part of how many, and how many samples all parts have together. */
  shard: Shard & { total: number };
  /** Samples of this part. */
  count: number;
}

/**
 * The parts of one whole in their order, each once and complete.
 *
 * @param what of the parts that must be the same in all.
 * @throws UsageError naming the parts that do not belong together, are there twice or are missing.
 */
export function inOrder<P extends Part>(parts: readonly P[], what: (part: P) => object): P[] {
  const [first] = parts;
  const { of, total } = first.shard;
  const common = (part: P) => ({ ...what(part), of: part.shard.of, total: part.shard.total });
  const other = parts.find((part) => !isDeepStrictEqual(common(part), common(first)));
  if (other)
    throw new UsageError(
      `${other.folder} and ${first.folder} are parts of different sets (${differences(common(first), common(other))}); ` +
        'merge one at a time',
    );
  const found = parts.map(({ shard }) => shard.index);
  const twice = found.find((index, i) => found.indexOf(index) < i);
  if (twice !== undefined) throw new UsageError(`part ${twice} of ${of} is there twice; name each once`);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !found.includes(index));
  if (missing.length > 0)
    throw new UsageError(`part ${missing.join(', ')} of ${of} is missing; name the folders of all parts`);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count !== total) throw new UsageError(`the parts have ${count} of ${total} samples; draw again what was stopped`);
  return [...parts].sort((a, b) => a.shard.index - b.shard.index);
}

/** What two parts say differently: `seed 3 and 4`. */
function differences(a: Record<string, unknown>, b: Record<string, unknown>): string {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
  return names
    .filter((name) => !isDeepStrictEqual(a[name], b[name]))
    .map((name) => `${name} ${shown(a[name])} and ${shown(b[name])}`)
    .join(', ');
}
