import { expect, test } from 'vitest';
import { drawTimesteps } from '@diffgan/objectives';
import { key } from '@diffgan/ops';

test('the draws follow the probabilities, and are a function of the key', () => {
  const p = [0.45, 0, 0.35, 0.2];
  const n = 100_000;
  const t = drawTimesteps(p, key(3), n);
  const shares = p.map((_, i) => t.filter((drawn) => drawn === i + 1).length / n);
  // Five standard errors: one of four fails for one key in 430 000.
  shares.forEach((share, i) =>
    expect(Math.abs(share - p[i])).toBeLessThanOrEqual(5 * Math.sqrt((p[i] * (1 - p[i])) / n)),
  );
  expect(drawTimesteps(p, key(3), n)).toEqual(t);
  expect(drawTimesteps(p, key(4), n)).not.toEqual(t);
});

test('a step that is certain is always drawn, and one without probability never, even where roundings leave the sum below 1', () => {
  expect(new Set(drawTimesteps([0, 1, 0], key(0), 100))).toEqual(new Set([2]));
  expect(new Set(drawTimesteps([0.25, 0.25, 0], key(0), 1000))).toEqual(new Set([1, 2]));
});
