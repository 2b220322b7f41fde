/** Which random numbers each part of an evaluation takes of its key, as numbers for `foldIn`. */
export const streams = { samples: 0, reference: 1, is: 2, kid: 3, fidInfinity: 4 } as const;
