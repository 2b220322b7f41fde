import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { FusedInputs } from '../fused-kernels.ts';
import { blockOf, panelWidth } from './convolution.ts';
import type { KernelModule } from './kernel-module.ts';
import { simdKernel } from './simd-kernel.ts';

// Rows of scores that attention.c has in the cache, and in its gradient twice as many of two matrices.
const [rows, gradientRows] = [16, 2 * 32];
// An exponential and the sums of a softmax cost about as much as this many products.
const costOfSoftmax = 16;

interface Sizes {
  batch: number;
  queries: number;
  keys: number;
  channels: number;
  outputs: number;
}

function sizesOf({ query, key, value }: FusedInputs<'DiffganAttention'>): Sizes {
  const [[batch, queries, channels], [, keys], [, , outputs]] = [query.shape, key.shape, value.shape];
  const fits =
    [query, key, value].every(({ shape }) => shape.length === 3 && shape[0] === batch) &&
    key.shape[2] === channels &&
    value.shape[1] === keys;
  if (fits) return { batch, queries, keys, channels, outputs };
  throw new RangeError(
    `DiffganAttention: query [${query.shape}], key [${key.shape}] and value [${value.shape}] do not fit; ` +
      'they must be [B, N, C], [B, M, C] and [B, M, D]',
  );
}

const whole = (columns: number) => Math.ceil(columns / panelWidth) * panelWidth;

/** The right factors of products, packed at `address` one after the other; returns their addresses. */
function pack(module: KernelModule, address: number, factors: Factor[]): number[] {
  return factors.map(({ matrix, transposed }) => {
    const at = address;
    const [batch, height, width] = matrix.shape;
    const [inner, columns] = transposed ? [width, height] : [height, width];
    const strides = transposed ? [1, width] : [width, 1];
    const cost = batch * inner * whole(columns);
    const args = [module.address(matrix), at, height * width, 1, inner, columns, 0, ...strides];
    module.run('pack', args, { units: batch, cost });
    address += 4 * cost;
    return at;
  });
}

/** A matrix, or its transpose, by which others are multiplied. */
interface Factor {
  matrix: TensorInfo;
  transposed: boolean;
}

/** softmax(q·kᵀ/√C)·v; only a few rows of the scores exist at a time. */
export const attention = simdKernel('DiffganAttention', ({ inputs, module }) => {
  const { query, key, value } = inputs;
  const { batch, queries, keys, channels, outputs } = sizesOf(inputs);
  const y = module.output([batch, queries, outputs]);
  const block = blockOf(module, batch, queries);
  const units = batch * Math.ceil(queries / block);
  const scores = units * rows * whole(keys);
  module.withScratch(scores + batch * (whole(keys) * channels + whole(outputs) * keys), (scratch) => {
    const factors = [
      { matrix: key, transposed: true },
      { matrix: value, transposed: false },
    ];
    const packed = pack(module, scratch + 4 * scores, factors);
    const sizes = [queries, keys, channels, outputs, 1 / Math.sqrt(channels), block];
    const cost = batch * queries * keys * (channels + outputs + costOfSoftmax);
    module.run('attention', [module.address(query), ...packed, module.address(y), scratch, ...sizes], { units, cost });
  });
  return [y];
});

/** Gradients of {@link attention} by query, key and value. */
export const attentionGrad = simdKernel('DiffganAttentionGrad', ({ inputs, module }) => {
  const { dy, query, key, value } = inputs;
  const { batch, queries, keys, channels, outputs } = sizesOf(inputs);
  const gradients = [query, key, value].map(({ shape }) => module.output(shape));
  const scores = batch * gradientRows * whole(keys);
  const panels = whole(keys) * (channels + outputs) + whole(channels) * keys;
  module.withScratch(scores + batch * panels, (scratch) => {
    const factors = [
      { matrix: key, transposed: true },
      { matrix: value, transposed: true },
      { matrix: key, transposed: false },
    ];
    const packed = pack(module, scratch + 4 * scores, factors);
    const [above, left, ...targets] = [dy, query, ...gradients].map((tensor) => module.address(tensor));
    const sizes = [queries, keys, channels, outputs, 1 / Math.sqrt(channels)];
    const cost = batch * queries * keys * (3 * channels + 2 * outputs + costOfSoftmax);
    module.run('attention_grad', [above, left, ...packed, ...targets, scratch, ...sizes], { units: batch, cost });
  });
  return gradients;
});
