import { broadcast_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';
import { blockOf, panelWidth } from './convolution.ts';
import type { KernelModule } from './kernel-module.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

interface Transposes {
  transposeA: boolean;
  transposeB: boolean;
}

/** out[i] = a[i]·b[i] (+ bias), each [rows, inner]·[inner, columns] once transposed. */
interface Product extends Transposes {
  a: TensorInfo;
  b: TensorInfo;
  batch: number[];
  batchA: number;
  batchB: number;
  rows: number;
  inner: number;
  columns: number;
  bias?: TensorInfo;
  relu?: boolean;
}

/** The product, or undefined when the C module has no kernel for it. */
function productOf(a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: Transposes): Product | undefined {
  const [lastA, lastB] = [a.shape.slice(-2), b.shape.slice(-2)];
  if (transposeA) lastA.reverse();
  if (transposeB) lastB.reverse();
  const [dimsA, dimsB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [batchA, batchB] = [sizeOf(dimsA), sizeOf(dimsB)];
  const batch = broadcast_util.assertAndGetBroadcastShape(dimsA, dimsB);
  const elementwise = batchA === sizeOf(batch) && batchB === sizeOf(batch);
  if ((transposeA && transposeB) || !(elementwise || batchA === 1 || batchB === 1)) return undefined;
  const [rows, inner] = lastA;
  return { a, b, transposeA, transposeB, batch, batchA, batchB, rows, inner, columns: lastB[1] };
}

function multiply(module: KernelModule, product: Product): TensorInfo {
  const output = module.output([...product.batch, product.rows, product.columns]);
  if (product.transposeA) transposedProduct(module, product, output);
  else packedProduct(module, product, output);
  return output;
}

/** aᵀ·b as a sum of outer products of rows, as in the gradient of a filter. */
function transposedProduct(module: KernelModule, product: Product, output: TensorInfo): void {
  const { a, b, batch, batchA, batchB, rows, inner, columns } = product;
  const count = sizeOf(batch);
  const strides = [batchA > 1 ? rows * inner : 0, batchB > 1 ? inner * columns : 0];
  const addresses = [a, b, output].map((tensor) => module.address(tensor));
  module.run('transposed_product', [...addresses, ...strides, inner, rows, columns], {
    units: count * Math.ceil(rows / 4),
    cost: count * rows * inner * columns,
  });
}

/** Rows of a as pixels of a 1×1 convolution with b; all rows are one image where they share b. */
function packedProduct(module: KernelModule, product: Product, output: TensorInfo): void {
  const { a, b, transposeB, batch, batchA, batchB, rows, inner, columns, bias, relu = false } = product;
  const panels = Math.ceil(columns / panelWidth) * panelWidth * inner;
  const images = batchB > 1 ? sizeOf(batch) : 1;
  const pixels = batchB > 1 ? rows : batchA * rows;
  module.withScratch(panels * batchB, (packed) => {
    const strides = transposeB ? [1, inner] : [columns, 1];
    const packing = [module.address(b), packed, inner * columns, 1, inner, columns, 0, ...strides];
    module.run('pack', packing, { units: batchB, cost: panels * batchB });
    const addresses = [module.address(a), 0, packed, bias ? module.address(bias) : 0];
    const block = blockOf(module, images, pixels);
    const imageSize = batchA > 1 ? rows * inner : 0;
    module.run(
      'gemm',
      [
        ...[...addresses, module.address(output), module.zeros],
        ...[imageSize, inner, pixels, columns, 1, batchB > 1 ? panels : 0, block, Number(relu)],
      ],
      { units: images * Math.ceil(pixels / block), cost: images * pixels * inner * columns },
    );
  });
}

/** Matrix products, with transposes and batches; left to the kernel before: aᵀ·bᵀ and unusual broadcasts. */
export const batchMatMul = simdKernel('BatchMatMul', ({ inputs, attrs, module }: SimdCall<'a' | 'b', Transposes>) => {
  const product = productOf(inputs.a, inputs.b, attrs);
  return product && multiply(module, product);
});

/** Matrix product and bias. */
export const dense = simdKernel('DiffganDense', ({ inputs, module }) => {
  const { x, kernel, bias } = inputs;
  const product = productOf(x, kernel, { transposeA: false, transposeB: false });
  return product && [multiply(module, { ...product, bias })];
});

type FusedCall = SimdCall<'a' | 'b', Transposes & { activation: string }> & {
  inputs: { bias?: TensorInfo; preluActivationWeights?: TensorInfo };
};

/**
 * Matrix product, bias and perhaps ReLU; in one pass unless `a` is transposed. The backend's own adds the bias to the wrong
 * axis where an operand is transposed.
 */
export const fusedMatMul = simdKernel('_FusedMatMul', ({ inputs, attrs, module }: FusedCall) => {
  const { a, b, bias } = inputs;
  const { activation, transposeA, transposeB } = attrs;
  const relu = activation === 'relu';
  const columns = b.shape.at(transposeB ? -2 : -1);
  if (!relu && activation !== 'linear') return undefined;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== columns)) return undefined;
  const product = transposeA ? undefined : productOf(a, b, attrs);
  if (product) return multiply(module, { ...product, bias, relu });
  const output = plainProduct({ a, b }, module, { transposeA, transposeB });
  if (bias) addInPlace(module, output, bias);
  if (relu) reluInPlace(module, output);
  return output;
});

/** What the kernel for products makes of it, whichever that is. */
function plainProduct(
  inputs: { a: TensorInfo; b: TensorInfo },
  module: KernelModule,
  { transposeA, transposeB }: Transposes,
) {
  const kernel = getKernel('BatchMatMul', 'wasm');
  const attrs = { transposeA, transposeB };
  return kernel.kernelFunc({ inputs, backend: module.backend, attrs }) as TensorInfo;
}

function addInPlace(module: KernelModule, output: TensorInfo, bias: TensorInfo): void {
  const columns = bias.shape[0];
  const [target, cost] = [module.address(output), sizeOf(output.shape)];
  const rows = cost / columns;
  const steps = [0, 0, columns, 1, 0, 0, 0, 1];
  module.run('add_rows', [target, module.address(bias), target, 1, rows, columns, ...steps], { units: rows, cost });
}

function reluInPlace(module: KernelModule, output: TensorInfo): void {
  const [target, size] = [module.address(output), sizeOf(output.shape)];
  module.run('leaky_relu', [target, target, 0], { units: size, cost: size });
}
