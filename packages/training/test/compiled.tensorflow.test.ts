import { expect, test } from 'vitest';
import { selectBackend } from '@diffgan/runtime';
import { trainers } from './trainers.ts';

test.each(Object.keys(trainers))('%s: compiled steps compute what eager ones do', async (name) => {
  const compiled = await trainers[name]();
  await selectBackend('cpu'); // has no graphs
  const eager = await trainers[name]();
  await selectBackend('tensorflow');
  expect(compiled.steps).toHaveLength(4);
  compiled.steps.forEach(({ losses, measures }, i) => {
    const wanted = { ...eager.steps[i].losses, ...eager.steps[i].measures };
    const found: Record<string, number> = { ...losses, ...measures };
    expect(Object.keys(found)).toEqual(Object.keys(wanted));
    // Sums of a few hundred float32 products, and Adam, which turns roundings of small gradients into steps.
    for (const [what, value] of Object.entries(wanted))
      expect([found[what]], `${what} of step ${i + 1}`).toBeAllClose([value], { rtol: 2e-3, atol: 1e-4 });
  });
});
