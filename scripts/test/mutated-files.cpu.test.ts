import { describe, expect, it } from 'vitest';
import { key } from '@diffgan/ops';
import { mutated, readMutated } from '../mutated-files.ts';

describe('mutated files', () => {
  it('end in typed errors, within memory, in every reader', async () => {
    const found = await readMutated(300, { seed: 1 });
    expect(found.map(({ name, faults }) => [name, faults])).toEqual(found.map(({ name }) => [name, []]));
    // a reader that refuses nothing was not asked anything
    for (const { name, refused } of found) expect(refused, name).toBeGreaterThan(10);
  });

  it('are the same by the same key, and differ from their sample', () => {
    const sample = Uint8Array.from({ length: 100 }, (_, i) => i);
    expect(mutated(sample, key(3))).toEqual(mutated(sample, key(3)));
    expect(mutated(sample, key(3))).not.toEqual(sample);
  });
});
