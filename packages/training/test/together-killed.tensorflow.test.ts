import { expect, it } from 'vitest';
import { killTogether } from './kill-together.ts';
import { temporaryFolder } from './temporary-folder.ts';

const path = temporaryFolder();

it('a rank that is killed ends all, named, and the run goes on to the same bits', { timeout: 900_000 }, async () => {
  const files = { file: path('state.safetensors'), wholeFile: path('whole.safetensors') };
  const { whole, resumed } = await killTogether({ ...files, kills: 2, size: 2, steps: 60 });
  expect(whole.losses).toHaveLength(60);
  expect(resumed.error).toBeUndefined();
  expect(resumed.weights).toEqual(whole.weights);
});
