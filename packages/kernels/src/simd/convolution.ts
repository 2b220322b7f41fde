import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type ConvAttributes, type ConvSizes, convSizes } from '../conv-sizes.ts';
import { type KernelModule, maxChannels } from './kernel-module.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

/** Sizes of a convolution, or undefined when the C module has no kernel for it. */
function sizesOf(xShape: number[], filterShape: number[], attributes: ConvAttributes): ConvSizes | undefined {
  const sizes = convSizes(xShape, filterShape, attributes);
  const fits =
    sizes.dataFormat === 'channelsLast' &&
    sizes.dilationHeight * sizes.dilationWidth === 1 &&
    sizes.inChannels === filterShape[2] &&
    Math.max(sizes.inChannels, sizes.outChannels) <= maxChannels &&
    sizes.outHeight * sizes.outWidth > 0;
  return fits ? sizes : undefined;
}

/** One of the two convolutions of a layer: forward, or back from dy to dx. */
interface Gather {
  source: TensorInfo;
  filter: TensorInfo;
  output: TensorInfo;
  backward: boolean;
  bias?: TensorInfo;
  relu?: boolean;
}

/** Numbers per vector register times registers: panels of packed weights are this wide. */
export const panelWidth = 8;

/** A block of pixels as one unit of work: whole images where there are enough of them, parts of images otherwise. */
export function blockOf(module: KernelModule, images: number, pixels: number): number {
  return Math.max(4, 4 * Math.ceil(pixels / unitsPerImage(module, images) / 4));
}

/** Into how many units an image should be cut so that every thread gets several. */
function unitsPerImage({ threads }: KernelModule, images: number): number {
  return threads === 1 ? 1 : Math.ceil((4 * threads) / images);
}

/** Every output pixel gathers the input pixels under the taps of the filter. */
function gatherPixels(module: KernelModule, sizes: ConvSizes, gather: Gather): TensorInfo {
  (suitsWinograd(sizes, gather.output) ? runWinograd : runGemm)(module, sizes, gather);
  return gather.output;
}

/** Distances between the neighbours of a filter, as the C functions read it: between taps, inner channels and outputs. */
function filterStrides({ inChannels, outChannels }: ConvSizes, backward: boolean): number[] {
  return [inChannels * outChannels, ...(backward ? [1, outChannels] : [outChannels, 1])];
}

function runGemm(module: KernelModule, sizes: ConvSizes, gather: Gather): void {
  const { source, filter, output, backward, bias, relu = false } = gather;
  const [images, sourceHeight, sourceWidth, inner] = source.shape;
  const [, height, width, outputs] = output.shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
  const taps = filterHeight * filterWidth;
  const pixels = height * width;
  const packedSize = Math.ceil(outputs / panelWidth) * panelWidth * taps * inner;
  module.withScratch(packedSize + taps * pixels, (packed) => {
    const packing = [module.address(filter), packed, 0, taps, inner, outputs, ...filterStrides(sizes, backward)];
    module.run('pack', packing, { units: 1, cost: packedSize });
    const table = packed + 4 * packedSize;
    const pointwise =
      taps === 1 && strideHeight * strideWidth === 1 && height === sourceHeight && width === sourceWidth;
    if (!pointwise) {
      const window = [filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left, Number(backward)];
      const lookup = [table, sourceHeight, sourceWidth, inner, height, width, ...window];
      module.run('pixel_table', lookup, { units: taps, cost: 2 * taps * pixels });
    }
    const addresses = [module.address(source), pointwise ? 0 : table, packed, bias ? module.address(bias) : 0];
    const block = blockOf(module, images, pixels);
    module.run(
      'gemm',
      [
        ...[...addresses, module.address(output), module.zeros],
        ...[sourceHeight * sourceWidth * inner, inner, pixels, outputs, taps, 0, block, Number(relu)],
      ],
      { units: images * Math.ceil(pixels / block), cost: images * pixels * outputs * taps * inner },
    );
  });
}

// Fewer tiles do not make up for transforming the filters.
const fewestTiles = 8;
// Pixels along a side of a tile, and numbers that it is transformed to.
const [tileSide, positions] = [4, 36];
// Tiles whose transformed pixels, at 64 channels, stay in a cache of half a megabyte.
const tilesInCache = 16;

/** How many numbers all positions take; see `apart` in winograd.c. */
const positionsOf = (size: number): number => positions * (size + 16);

/** Scratch space for the pixels of some tiles before and after multiplication, and of one between two transforms. */
const chunkSize = (tiles: number, inner: number, outputs: number): number =>
  positionsOf(tiles * inner) + positionsOf(tiles * outputs) + positions * (inner + outputs);

/** Tiles of an image of that shape, and of all images. */
const tilesOf = ([images, height, width]: number[]): number =>
  images * Math.ceil(height / tileSide) * Math.ceil(width / tileSide);

/** Whether Winograd's method applies and pays: 3×3 filters, stride 1, channels in whole vectors, enough pixels. */
function suitsWinograd(sizes: ConvSizes, { shape }: TensorInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels } = sizes;
  return (
    filterHeight === 3 &&
    filterWidth === 3 &&
    strideHeight * strideWidth === 1 &&
    inChannels % 4 === 0 &&
    outChannels % 4 === 0 &&
    Math.min(inChannels, outChannels) >= 8 &&
    tilesOf(shape) >= fewestTiles
  );
}

function runWinograd(module: KernelModule, sizes: ConvSizes, gather: Gather): void {
  const { source, filter, output, backward, bias, relu = false } = gather;
  const [images, sourceHeight, sourceWidth, inner] = source.shape;
  const [, height, width, outputs] = output.shape;
  const tiles = tilesOf(output.shape);
  const span = blockOf(module, 1, tiles);
  const units = Math.ceil(tiles / span);
  const panels = Math.ceil(outputs / panelWidth);
  const filterSize = positionsOf(panels * panelWidth * inner);
  module.withScratch(filterSize + units * chunkSize(tilesInCache, inner, outputs), (transformed) => {
    const strides = filterStrides(sizes, backward);
    const transforming = [module.address(filter), transformed, inner, outputs, ...strides, Number(backward)];
    module.run('winograd_filter', transforming, { units: panels, cost: 4 * filterSize });
    const addresses = [module.address(source), transformed, bias ? module.address(bias) : 0, module.address(output)];
    const scratch = transformed + 4 * filterSize;
    // Backward is a convolution of dy with the filter turned round, whose padding is what the other lacks to 2.
    const { top, left } = sizes.padInfo;
    const pads = backward ? [2 - top, 2 - left] : [top, left];
    const shape = [images, sourceHeight, sourceWidth, inner, height, width, outputs, ...pads];
    const args = [...addresses, module.zeros, scratch, ...shape, span, tilesInCache, Number(relu)];
    module.run('winograd', args, { units, cost: tiles * positions * inner * outputs });
  });
}

/** Convolution. Left to the backend: dilations, channels first, groups. */
export const conv2d = simdKernel('Conv2D', ({ inputs, attrs, module }: SimdCall<'x' | 'filter', ConvAttributes>) => {
  const { x, filter } = inputs;
  const sizes = sizesOf(x.shape, filter.shape, attrs);
  return (
    sizes && gatherPixels(module, sizes, { source: x, filter, output: module.output(sizes.outShape), backward: false })
  );
});

/** Convolution and bias. */
export const biasedConvolution = simdKernel('DiffganConvolution', ({ inputs, attrs, module }) => {
  const { x, filter, bias } = inputs;
  const sizes = sizesOf(x.shape, filter.shape, attrs);
  if (!sizes) return undefined;
  return [
    gatherPixels(module, sizes, { source: x, filter, output: module.output(sizes.outShape), bias, backward: false }),
  ];
});

type FusedCall = SimdCall<'x' | 'filter', ConvAttributes & { activation: string }> & {
  inputs: { bias?: TensorInfo; preluActivationWeights?: TensorInfo };
};

/** Convolution, bias and perhaps ReLU in one pass: the bias costs nothing here. */
export const fusedConv2d = simdKernel('FusedConv2D', ({ inputs, attrs, module }: FusedCall) => {
  const { x, filter, bias } = inputs;
  const sizes = sizesOf(x.shape, filter.shape, attrs);
  const { activation } = attrs;
  if (!sizes || (activation !== 'linear' && activation !== 'relu')) return undefined;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== sizes.outChannels)) return undefined;
  const output = module.output(sizes.outShape);
  return gatherPixels(module, sizes, { source: x, filter, output, bias, relu: activation === 'relu', backward: false });
});

/** Gradient of a convolution by its input: every pixel of dx gathers the pixels of dy that it took part in. */
export const conv2dBackpropInput = simdKernel(
  'Conv2DBackpropInput',
  ({ inputs, attrs, module }: SimdCall<'dy' | 'filter', ConvAttributes & { inputShape: number[] }>) => {
    const { dy, filter } = inputs;
    const sizes = sizesOf(attrs.inputShape, filter.shape, attrs);
    return (
      sizes && gatherPixels(module, sizes, { source: dy, filter, output: module.output(sizes.inShape), backward: true })
    );
  },
);

/** Gradient of a convolution by its filter. */
export const conv2dBackpropFilter = simdKernel(
  'Conv2DBackpropFilter',
  ({ inputs, attrs, module }: SimdCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>) => {
    const { x, dy } = inputs;
    const sizes = sizesOf(x.shape, attrs.filterShape, attrs);
    if (!sizes) return undefined;
    const output = module.output(sizes.filterShape);
    const addresses = [x, dy, output].map((tensor) => module.address(tensor));
    const run = suitsWinograd(sizes, dy) ? runWinogradGradient : runFilterGradient;
    run(module, sizes, addresses);
    return output;
  },
);

// Pixels in a block of rows whose x and dy stay in the cache while all taps use them.
const pixelsInCache = 112;

function runFilterGradient(module: KernelModule, sizes: ConvSizes, addresses: number[]): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
  const rowBlock = Math.max(1, Math.ceil(pixelsInCache / outWidth));
  const taps = filterHeight * filterWidth;
  const images = [batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels];
  const window = [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left];
  module.run('filter_gradient', [...addresses, ...images, ...window, rowBlock], {
    units: taps * Math.ceil(inChannels / 4),
    cost: batchSize * outHeight * outWidth * outChannels * taps * inChannels,
  });
}

// Groups of tiles have sums of their own, which are added at the end: so many, whatever the number of threads.
const mostGroups = 4;

function runWinogradGradient(module: KernelModule, sizes: ConvSizes, [x, dy, output]: number[]): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = sizes;
  const tiles = tilesOf([batchSize, outHeight, outWidth]);
  const groupSize = Math.max(tilesInCache, Math.ceil(tiles / mostGroups));
  const groups = Math.ceil(tiles / groupSize);
  const sumsSize = groups * positionsOf(inChannels * outChannels);
  module.withScratch(sumsSize + groups * chunkSize(tilesInCache, inChannels, outChannels), (sums) => {
    const addresses = [x, dy, sums, module.zeros, sums + 4 * sumsSize];
    const shape = [inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo.top, padInfo.left];
    const cost = tiles * positions * inChannels * outChannels;
    const args = [...addresses, batchSize, groupSize, ...shape, tilesInCache];
    module.run('winograd_gradient', args, { units: groups, cost });
    const joining = [sums, output, groups, inChannels, outChannels];
    module.run('winograd_gradient_filter', joining, { units: inChannels, cost: 2 * sumsSize });
  });
}
