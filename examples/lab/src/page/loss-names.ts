const losses =
  'gan js2 hellinger2 kl rkl pearson neyman tv jeffreys wgan hinge lsgan gan-pairs hinge-pairs lsgan-pairs';

/** What the losses are called, by name; `-pairs` compares pairs. */
export const lossNames: Readonly<Record<string, string>> = Object.fromEntries(
  losses.split(' ').map((name) => [name, name.replace('-pairs', ', relativistic pairs')]),
);
