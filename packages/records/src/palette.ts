/** Colours of lines that can be told apart, and read on white and on black. */
const palette = ['#3b82c4', '#d9732c', '#3a9a5b', '#a067c4', '#c4485a', '#8a8a2e'];

/**
 * The colour of the i-th line.
 *
 * @example
 * ```ts
 * const [first, second] = [colorOf(0), colorOf(1)];
 * ```
 */
export const colorOf = (i: number): string => palette[i % palette.length];
