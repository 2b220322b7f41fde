/** Characters that move the cursor, colour a terminal or turn the direction of what follows. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A name or text from a file as a message may show it: control characters as `\u001b`, and the middle left out of what is long.
 *
 * @param text what was read.
 * @param most characters that are shown at most, at least 8.
 * @example
 * ```ts
 * printable('\u001b[31mred'); // \\u001b[31mred
 * ```
 */
export function printable(text: string, most = 80): string {
  const half = Math.floor((most - 1) / 2);
  const short = text.length <= most ? text : `${text.slice(0, half)}…${text.slice(text.length - half)}`;
  return short.replace(unprintable, escapeOf);
}

/**
 * Names or sentences in a row, and how many more there are where they are many.
 *
 * @param texts what is listed.
 * @param options how many are shown at most, and what stands between them.
 * @example
 * ```ts
 * listed(['a', 'b', 'c'], { most: 2 }); // a, b and 1 more
 * ```
 */
export function listed(texts: readonly string[], { most = 8, between = ', ' } = {}): string {
  const shown = texts.slice(0, most).map((text) => printable(text, 200));
  return `${shown.join(between)}${texts.length > most ? ` and ${texts.length - most} more` : ''}`;
}
