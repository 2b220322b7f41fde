import { afterAll, expect, it } from 'vitest';
import { selectBackend } from '@diffgan/runtime';
import { golden, sixteenImages } from './sixteen-images.ts';

afterAll(() => selectBackend('webgpu', { allowSoftware: true }));

it('a page draws the bytes that Node draws', async () => {
  expect(await sixteenImages()).toBe(golden);
});
