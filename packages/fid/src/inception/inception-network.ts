import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { avgPool, concat, fused, maxPool, mean, tidy } from '@tensorflow/tfjs-core';
import { inceptionConvolutions } from './inception-convolutions.ts';

/** A convolution with the batch normalisation folded into it. */
export type InceptionUnit = {
  /** `[height, width, inputs, outputs]`. */
  readonly kernel: Tensor4D;
  /** `[outputs]`. */
  readonly bias: Tensor1D;
};

/** The folded convolutions by the names of `inceptionConvolutions`. */
export type InceptionUnits = Readonly<Record<string, InceptionUnit>>;

/** Applies the convolution of this name, with its ReLU. */
type Apply = (name: string, x: Tensor4D) => Tensor4D;
type Block = (apply: Apply, x: Tensor4D) => Tensor4D;

/** One convolution after the other. */
const chain = (apply: Apply, x: Tensor4D, ...names: string[]): Tensor4D => names.reduce((y, name) => apply(name, y), x);

const joined = (...branches: Tensor4D[]): Tensor4D => concat(branches, 3);

// 'same' pooling of tfjs leaves the padding out of averages: pytorch-fid's count_include_pad=False
const averaged = (x: Tensor4D): Tensor4D => avgPool(x, 3, 1, 'same');
const greatest = (x: Tensor4D): Tensor4D => maxPool(x, 3, 1, 'same');
const halved = (x: Tensor4D): Tensor4D => maxPool(x, 3, 2, 'valid');

const blockA: Block = (apply, x) =>
  joined(
    apply('branch1x1', x),
    chain(apply, x, 'branch5x5_1', 'branch5x5_2'),
    chain(apply, x, 'branch3x3dbl_1', 'branch3x3dbl_2', 'branch3x3dbl_3'),
    apply('branch_pool', averaged(x)),
  );

const blockB: Block = (apply, x) =>
  joined(apply('branch3x3', x), chain(apply, x, 'branch3x3dbl_1', 'branch3x3dbl_2', 'branch3x3dbl_3'), halved(x));

const blockC: Block = (apply, x) =>
  joined(
    apply('branch1x1', x),
    chain(apply, x, 'branch7x7_1', 'branch7x7_2', 'branch7x7_3'),
    chain(apply, x, ...[1, 2, 3, 4, 5].map((i) => `branch7x7dbl_${i}`)),
    apply('branch_pool', averaged(x)),
  );

const blockD: Block = (apply, x) =>
  joined(
    chain(apply, x, 'branch3x3_1', 'branch3x3_2'),
    chain(apply, x, ...[1, 2, 3, 4].map((i) => `branch7x7x3_${i}`)),
    halved(x),
  );

const blockE =
  (pool: (x: Tensor4D) => Tensor4D): Block =>
  (apply, x) => {
    const short = apply('branch3x3_1', x);
    const long = chain(apply, x, 'branch3x3dbl_1', 'branch3x3dbl_2');
    return joined(
      apply('branch1x1', x),
      apply('branch3x3_2a', short),
      apply('branch3x3_2b', short),
      apply('branch3x3dbl_3a', long),
      apply('branch3x3dbl_3b', long),
      apply('branch_pool', pool(x)),
    );
  };

/** The blocks of parallel branches, whose outputs are joined. */
export const mixedBlocks: Readonly<Record<string, Block>> = /* @__PURE__ */ (() => ({
  Mixed_5b: blockA,
  Mixed_5c: blockA,
  Mixed_5d: blockA,
  Mixed_6a: blockB,
  Mixed_6b: blockC,
  Mixed_6c: blockC,
  Mixed_6d: blockC,
  Mixed_6e: blockC,
  Mixed_7a: blockD,
  Mixed_7b: blockE(averaged),
  // an average in other Inception networks; the graph of 2015 that FID uses has a maximum here
  Mixed_7c: blockE(greatest),
}))();

/** The stages of pytorch-fid, each ending in a layer to take features from. */
const stages: readonly (readonly string[])[] = [
  ['Conv2d_1a_3x3', 'Conv2d_2a_3x3', 'Conv2d_2b_3x3', 'max pooling'],
  ['Conv2d_3b_1x1', 'Conv2d_4a_3x3', 'max pooling'],
  ['Mixed_5b', 'Mixed_5c', 'Mixed_5d', 'Mixed_6a', 'Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e'],
  ['Mixed_7a', 'Mixed_7b', 'Mixed_7c'],
];

/** Features at the end of each stage. */
const stageWidths = [64, 192, 768, 2048] as const;

/** A layer to take features from, named by their number. */
export type StageWidth = (typeof stageWidths)[number];

/**
 * The features of pytorch-fid's Inception-v3: a stage's output averaged over its pixels.
 *
 * @param units the folded convolutions
 * @param images `[B, H, W, 3]`, about [−1, 1], at least 75 × 75
 * @param width which layer: 64, 192, 768 or 2048 features
 * @returns `[B, width]`; the caller disposes it
 */
export function inceptionNetwork(units: InceptionUnits, images: Tensor4D, width: StageWidth): Tensor2D {
  const steps = stages.slice(0, stageWidths.indexOf(width) + 1).flat();
  return tidy(() => {
    let x = images;
    for (const name of steps) {
      const next = inceptionStep(units, name, x);
      if (x !== images) x.dispose(); // batches of large images: keep the tensors of one step only
      x = next;
    }
    return mean<Tensor2D>(x, [1, 2]);
  });
}

/** A convolution, a block or a pooling of the network by its name. */
export function inceptionStep(units: InceptionUnits, name: string, x: Tensor4D): Tensor4D {
  if (name === 'max pooling') return halved(x);
  if (!(name in mixedBlocks)) return convolve(units, name, x);
  return tidy(() => mixedBlocks[name]((branch, y) => convolve(units, `${name}.${branch}`, y), x));
}

function convolve(units: InceptionUnits, name: string, x: Tensor4D): Tensor4D {
  const { kernel, bias } = units[name];
  const { stride, pad } = inceptionConvolutions[name];
  return fused.conv2d({ x, filter: kernel, strides: stride, pad, bias, activation: 'relu' });
}
