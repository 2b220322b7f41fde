/** The models of this package; the card of each is the `README.md` in its folder. */
export const modelNames = ['fashion-mnist-ddgan', 'fashion-mnist-ddpm', 'fashion-mnist-distil'] as const;

/** Name of a model of this package. */
export type ModelName = (typeof modelNames)[number];
