import type { Place } from './messages.ts';
import { MOST_DRAWN } from './mixtures.ts';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const finest = digits.length - 1;
const extent = 1.2;

const digitOf = (x: number) => digits[Math.round((finest * (Math.min(Math.max(x / extent, -1), 1) + 1)) / 2)];
const valueOf = (digit: string) => extent * ((2 * digits.indexOf(digit)) / finest - 1);

/** A drawing as text for an address: two of 64 letters a point. */
export const drawingToText = (drawn: readonly Place[]): string =>
  drawn.map(([x, y]) => digitOf(x) + digitOf(y)).join('');

/** The points that a text tells; none where it tells none. */
export function drawingFromText(text: string): Place[] {
  if (!/^([\w-]{2})*$/.test(text)) return [];
  const pairs = text.match(/../g) ?? [];
  return pairs.slice(0, MOST_DRAWN).map(([x, y]) => [valueOf(x), valueOf(y)]);
}

/** A drawing with one more point, as it will be read again; the same where there is no room, or there is one already. */
export function withPoint(drawn: readonly Place[], place: Place): readonly Place[] {
  const [point] = drawingFromText(drawingToText([place]));
  const near = drawn.some(([x, y]) => Math.hypot(x - point[0], y - point[1]) < extent / finest);
  return near || drawn.length >= MOST_DRAWN ? drawn : [...drawn, point];
}
