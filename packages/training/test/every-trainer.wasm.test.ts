import { expect, test } from 'vitest';
import { trainers } from './trainers.ts';

/** Trainers whose steps take two batches. */
const twoBatches = /two critic steps|^student (?!of a game)/;

test.each(Object.keys(trainers))('%s: weights move, numbers are finite, nothing leaks', async (name) => {
  const still = await trainers[name]({ steps: 1, signal: AbortSignal.abort() });
  const { steps, weights, error } = await trainers[name]();
  expect(error).toBeUndefined();
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(steps.map(({ examples }) => examples)).toEqual(
    [8, 16, 24, 32].map((seen) => (twoBatches.test(name) ? 2 * seen : seen)),
  );
  for (const { losses, measures } of steps) {
    expect(Object.values({ ...losses, ...measures }).every(Number.isFinite)).toBe(true);
    const norms = Object.entries(measures).filter(([measure]) => measure.endsWith('gradientNorm'));
    expect(norms.length).toBeGreaterThan(0);
    for (const [, norm] of norms) expect(norm).toBeGreaterThan(0);
  }
  for (const [model, before] of Object.entries(still.weights)) expect(weights[model]).not.toEqual(before);
});
