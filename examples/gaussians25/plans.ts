/** A run of `diffgan train`. */
export interface Plan {
  /** Name of its folder, and on the command line. */
  name: string;
  /** How the table calls it. */
  label: string;
  preset: string;
  /** The adversarial loss, if it is not that of the preset. */
  loss?: string;
}

const losses = ['gan', 'hellinger2', 'rkl', 'tv', 'wgan'];

/** All runs that are compared. */
export const plans: readonly Plan[] = [
  ...losses.map((loss) => ({ name: loss, label: `DDGAN, \`${loss}\``, preset: 'gaussians25-ddgan', loss })),
  { name: 'ddpm', label: 'DDPM', preset: 'gaussians25-ddpm' },
  { name: 'plain-gan', label: 'GAN, T = 1', preset: 'gaussians25-gan' },
];
