import { afterAll, expect, it } from 'vitest';
import { selectBackend } from '@diffgan/runtime';
import { golden, sixteenImages } from './sixteen-images.ts';

afterAll(() => selectBackend('wasm'));

it('Node draws the bytes that pages draw', async () => {
  expect(await sixteenImages()).toBe(golden);
});
