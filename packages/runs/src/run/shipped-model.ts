import type { ImageModelName } from '@diffgan/hub';

/** Name of the model that `shipped` stands for on the command line. */
export const shippedModel = 'fashion-mnist-distil' satisfies ImageModelName;
