import { expect, it } from 'vitest';
import {
  emptyPainting,
  maskOf,
  painted,
  paintingFromText,
  paintingToText,
  SIDE,
  strokesOf,
} from '../src/pictures/painting.ts';

it('keeps a painting as text', () => {
  const painting = painted(painted(painted(emptyPainting(), [3, 2], 3, 4), [27, 27], 1, 1), [20, 9], 2, 3);
  expect(paintingFromText(paintingToText(painting))).toEqual(painting);
  expect(paintingToText(emptyPainting())).toBe('');
  for (const wrong of ['<>', 'A'.repeat(263)]) expect(paintingFromText(wrong)).toEqual(emptyPainting());
});

it('paints a disc, over what was there', () => {
  const disc = painted(emptyPainting(), [5, 5], 3, 3);
  expect([...disc.entries()].filter(([, tone]) => tone === 3)).toHaveLength(9);
  expect(disc[5 * SIDE + 5]).toBe(3);
  expect(painted(disc, [5, 5], 0, 3)).toEqual(emptyPainting());
});

it('is x_0 as strokes, and 1 as a mask where anything is', () => {
  const painting = painted(emptyPainting(), [0, 0], 2, 1);
  expect([...strokesOf(painting).slice(0, 2)]).toEqual([Math.fround(1 / 3), -1]);
  expect([...maskOf(painting).slice(0, 2)]).toEqual([1, 0]);
});
