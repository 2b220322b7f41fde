import { expect, it } from 'vitest';
import { openNpz } from '@diffgan/files';

it('deflated files of numpy are unpacked, which depends on the streams of the engine', async () => {
  // test/golden/npz/deflated.npz
  const base64 =
    'UEsDBC0AAAAIAAAAIQAWFBh///////////8GABQAbXUubnB5AQAQAKgAAAAAAAAAUgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOpo6CrUKFAAuBhRwwB5CX4DSN6D0A3sAUEsDBC0AAAAIAAAAIQBmpKgc//////////8JABQAc2lnbWEubnB5AQAQAEgBAAAAAAAAXQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqmOgqmmjoKtQpkAy4GMPhiD6EvEEkzOZCmnotE9YIkqhd1AABQSwECLQMtAAAACAAAACEAFhQYf1IAAACoAAAABgAAAAAAAAAAAAAAgAEAAAAAbXUubnB5UEsBAi0DLQAAAAgAAAAhAGakqBxdAAAASAEAAAkAAAAAAAAAAAAAAIABigAAAHNpZ21hLm5weVBLBQYAAAAAAgACAGsAAAAiAQAAAAA=';
  const file = await openNpz(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  expect((await file.read('mu')).data).toEqual(Float64Array.of(0, 0.125, 0.25, 0.375, 0.5));
  await file.close();
});
