/** A run of `diffgan train`. */
export interface Plan {
  /** Name of its folder, and on the command line. */
  name: string;
  /** How the table calls it. */
  label: string;
  preset: string;
  /** What differs from the preset, each as `path=value`. */
  changes: readonly string[];
}

/** A critic without an optimum of its own needs something that keeps it from growing for ever: here, slopes cost. */
const slopesCost = 'training.gradientPenalty={"lambda":0.3,"target":0}';

const ddgan = (loss: string, ...changes: string[]): Plan => ({
  name: loss,
  label: `DDGAN, \`${loss}\``,
  preset: 'gaussians25-ddgan',
  changes: [`training.loss=${loss}`, ...changes],
});

/** All runs that are compared. */
export const plans: readonly Plan[] = [
  ddgan('gan'),
  ddgan('hellinger2'),
  ddgan('rkl'),
  ddgan('tv', slopesCost),
  ddgan('wgan', slopesCost),
  { name: 'ddpm', label: 'DDPM', preset: 'gaussians25-ddpm', changes: [] },
  { name: 'plain-gan', label: 'GAN, T = 1', preset: 'gaussians25-gan', changes: [] },
];
