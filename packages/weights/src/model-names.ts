/** Models of this package that draw images. */
const imageModelNames = ['fashion-mnist-ddgan', 'fashion-mnist-ddpm', 'fashion-mnist-distil'] as const;

/** Models of this package that draw points of the plane. */
const pointModelNames = ['gaussians25-ddgan'] as const;

/** The models of this package; the card of each is the `README.md` in its folder. */
export const modelNames = [...imageModelNames, ...pointModelNames] as const;

/** Name of a model of this package. */
export type ModelName = (typeof modelNames)[number];

/** Name of a model of this package that draws images. */
export type ImageModelName = (typeof imageModelNames)[number];

/** Name of a model of this package that draws points. */
export type PointModelName = (typeof pointModelNames)[number];
