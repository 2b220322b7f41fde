import type { modelNames } from '@diffgan/hub';

/** Name of the model that `shipped` stands for on the command line. */
export const shippedModel = 'fashion-mnist-distil' satisfies (typeof modelNames)[number];
