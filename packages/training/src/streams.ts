/**
 * Streams of random numbers below the key of a step, as numbers for `foldIn`; small numbers are the shares of a batch. The first update of
 * each network draws from the key itself.
 */
export const streams = { critics: 2 ** 16, conditions: 2 ** 17, mixtures: 2 ** 18, examples: 2 ** 31 } as const;
