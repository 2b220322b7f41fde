/** Pixels of a side. */
export const SIDE = 28;

/** What a pixel can be painted with: nothing, or one of three greys. */
export type Tone = 0 | 1 | 2 | 3;

/** What the tones are in [−1, 1]. */
export const levels = [-1, -1 / 3, 1 / 3, 1] as const;

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What a visitor painted: a tone a pixel, row by row. */
export type Painting = Uint8Array<ArrayBuffer>;

/** Nothing painted. */
export const emptyPainting = (): Painting => new Uint8Array(SIDE * SIDE);

/** A place in it. */
export type Pixel = readonly [column: number, row: number];

/** A painting with a disc of a tone at a pixel. */
export function painted(before: Painting, [column, row]: Pixel, tone: Tone, size: number): Painting {
  return before.map((now, i) => {
    const distance = Math.hypot((i % SIDE) - column, Math.floor(i / SIDE) - row);
    return distance < size / 2 ? tone : now;
  });
}

/** A painting as text for an address: three pixels a letter, without what is empty at the end. */
export function paintingToText(painting: Painting): string {
  const letters = Array.from({ length: Math.ceil(painting.length / 3) }, (_, i) => {
    const [a, b = 0, c = 0] = painting.subarray(3 * i, 3 * i + 3);
    return digits[16 * a + 4 * b + c];
  });
  return letters.join('').replace(/A+$/, '');
}

/** The painting that a text tells; an empty one where it tells none. */
export function paintingFromText(text: string): Painting {
  const painting = emptyPainting();
  if (!/^[\w-]*$/.test(text) || text.length > Math.ceil(painting.length / 3)) return painting;
  [...text].forEach((letter, i) => {
    const value = digits.indexOf(letter);
    [value >> 4, (value >> 2) & 3, value & 3].forEach((tone, j) => {
      if (3 * i + j < painting.length) painting[3 * i + j] = tone;
    });
  });
  return painting;
}

/** x_0 of a painting. */
export const strokesOf = (painting: Painting): Float32Array => Float32Array.from(painting, (tone) => levels[tone]);

/** 1 where anything is painted, which is to be drawn anew. */
export const maskOf = (painting: Painting): Float32Array => Float32Array.from(painting, (tone) => Number(tone > 0));
