import { integer, listOf, number } from '@diffgan/config';

// Configurations may come from files: every number and every length has a bound, so that a hostile one cannot ask for endless work.
// Nobody needs more.

export const MAX_WIDTH = 2 ** 14;
const MAX_COUNT = 64;

/** A number of channels, pixels, neurons, … */
export const width = integer(1, MAX_WIDTH);

/** A number of layers or blocks. */
export const count = integer(1, MAX_COUNT);

/** A list of widths, of at least so many. */
export const widths = (least: number) => listOf(width, { min: least, max: MAX_COUNT });

/** Channels that group norm splits into groups of at least 4. */
export const channelsInFours = integer(4, MAX_WIDTH, { multipleOf: 4 });

/** Sines and cosines. */
export const waves = integer(4, MAX_WIDTH, { multipleOf: 2 });

/** A share that is not all. */
export const share = number({ min: 0, below: 1 });

/** A number of classes. */
export const classCount = integer(1, 2 ** 20);
