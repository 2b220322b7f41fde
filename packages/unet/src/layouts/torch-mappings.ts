import type { WeightMapping } from './layout.ts';

// Where PyTorch keeps the weights of one layer: `name` is ours, `key` the foreign one, both without their last part.

const biased = (name: string, key: string, permutation: number[]): WeightMapping[] => [
  { weight: `${name}.kernel`, key: `${key}.weight`, permutation },
  { weight: `${name}.bias`, key: `${key}.bias` },
];

/** A convolution: OIHW there, HWIO here. */
export const convolution = (name: string, key: string): WeightMapping[] => biased(name, key, [2, 3, 1, 0]);

/** A dense layer: OI there, IO here. */
export const dense = (name: string, key: string): WeightMapping[] => biased(name, key, [1, 0]);

/** A norm with one scale and shift per channel. */
export const norm = (name: string, key: string): WeightMapping[] => [
  { weight: `${name}.scale`, key: `${key}.weight` },
  { weight: `${name}.shift`, key: `${key}.bias` },
];

/** A table of embeddings, which here is the kernel of a dense layer of one-hot vectors. */
export const table = (name: string, key: string): WeightMapping[] => [
  { weight: `${name}.kernel`, key: `${key}.weight` },
];
