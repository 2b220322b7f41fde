import { expect, it } from 'vitest';
import type { ProcessGroup } from '@diffgan/runtime';
import { hear, tell } from '../src/train/tell.ts';

/** A group in which one process says what another one hears. */
function pair(): Record<'rank0' | 'rank1', ProcessGroup> {
  const said: (Float32Array | Int32Array)[] = [];
  const nothing = { size: 2, waited: 0 } as unknown as ProcessGroup;
  return {
    rank0: { ...nothing, rank: 0, broadcast: (values) => (said.push(values), Promise.resolve(values)) },
    rank1: { ...nothing, rank: 1, broadcast: <V>() => Promise.resolve(said.shift() as V) },
  };
}

it('hears what rank 0 tells', async () => {
  const { rank0, rank1 } = pair();
  const message = { config: { seed: 3, name: 'σ' }, more: true };
  await tell(rank0, message);
  expect(await hear(rank1)).toEqual(message);
});

it.each([0, -1, 2 ** 31 - 1])('makes no room for %d bytes', async (length) => {
  const { rank0, rank1 } = pair();
  await rank0.broadcast(Int32Array.of(length));
  await expect(hear(rank1)).rejects.toThrow(`rank 0 tells of ${length} bytes`);
});
