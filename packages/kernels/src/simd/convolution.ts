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
  const { source, filter, output, backward } = gather;
  const { filterHeight, filterWidth, inChannels, outChannels } = sizes;
  const [inner, outputs] = [source.shape[3], output.shape[3]];
  const taps = filterHeight * filterWidth;
  const packedSize = Math.ceil(outputs / panelWidth) * panelWidth * taps * inner;
  module.withScratch(packedSize, (packed) => {
    const strides = backward ? [1, outChannels] : [outChannels, 1];
    const packing = [module.address(filter), packed, 0, taps, inner, outputs, inChannels * outChannels, ...strides];
    module.run('pack', packing, { units: 1, cost: packedSize });
    const run = suitsWinograd(sizes, output) ? runWinograd : runGemm;
    run(module, sizes, gather, packed);
  });
  return output;
}

type Run = (module: KernelModule, sizes: ConvSizes, gather: Gather, packed: number) => void;

const runGemm: Run = (module, sizes, { source, output, backward, bias, relu = false }, packed) => {
  const [images, sourceHeight, sourceWidth, inner] = source.shape;
  const [, height, width, outputs] = output.shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
  const taps = filterHeight * filterWidth;
  const pixels = height * width;
  module.withScratch(taps * pixels, (table) => {
    const window = [filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left, Number(backward)];
    const lookup = [table, sourceHeight, sourceWidth, inner, height, width, ...window];
    module.run('pixel_table', lookup, { units: taps, cost: 2 * taps * pixels });
    const pointwise =
      taps === 1 && strideHeight * strideWidth === 1 && height === sourceHeight && width === sourceWidth;
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
};

// Fewer tiles of 2×2 pixels do not make up for transforming the filters.
const fewestTiles = 96;
// Tiles whose 16 transformed pixels, at 64 channels, stay in a cache of half a megabyte.
const tilesInCache = 32;
const positions = 16;

/** Whether Winograd's method applies and pays: 3×3 filters, stride 1, channels in whole vectors, enough pixels. */
function suitsWinograd(sizes: ConvSizes, { shape: [images, height, width] }: TensorInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels } = sizes;
  return (
    filterHeight === 3 &&
    filterWidth === 3 &&
    strideHeight * strideWidth === 1 &&
    inChannels % 4 === 0 &&
    outChannels % 4 === 0 &&
    Math.min(inChannels, outChannels) >= 8 &&
    images * tilesAlong(height) * tilesAlong(width) >= fewestTiles
  );
}

const tilesAlong = (size: number): number => Math.ceil(size / 2);

/** Rows of tiles that are worked on at a time. */
const chunkRowsOf = (rows: number, columns: number): number =>
  Math.max(1, Math.min(rows, Math.floor(tilesInCache / columns)));

const runWinograd: Run = (module, { padInfo }, { source, output, backward, bias, relu = false }, packed) => {
  const [images, sourceHeight, sourceWidth, inner] = source.shape;
  const [, height, width, outputs] = output.shape;
  const [rows, columns] = [tilesAlong(height), tilesAlong(width)];
  const chunkRows = chunkRowsOf(rows, columns);
  const bandRows = Math.ceil(rows / unitsPerImage(module, images));
  const units = images * Math.ceil(rows / bandRows);
  const panels = Math.ceil(outputs / panelWidth);
  const filterSize = positions * panels * panelWidth * inner;
  module.withScratch(filterSize + units * positions * chunkRows * columns * (inner + outputs), (transformed) => {
    const transforming = [packed, transformed, inner, panels, Number(backward)];
    module.run('winograd_filter', transforming, { units: panels, cost: 4 * filterSize });
    const addresses = [module.address(source), transformed, bias ? module.address(bias) : 0, module.address(output)];
    const scratch = transformed + 4 * filterSize;
    // Backward is a convolution of dy with the filter turned round, whose padding is what the other lacks to 2.
    const pads = backward ? [2 - padInfo.top, 2 - padInfo.left] : [padInfo.top, padInfo.left];
    const shape = [sourceHeight, sourceWidth, inner, height, width, outputs, ...pads];
    const cost = images * rows * columns * positions * inner * outputs;
    const args = [...addresses, module.zeros, scratch, ...shape, bandRows, chunkRows, Number(relu)];
    module.run('winograd', args, { units, cost });
  });
};

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

// Groups of images have sums of their own, which are added at the end: so many, whatever the number of threads.
const mostGroups = 8;

function runWinogradGradient(module: KernelModule, sizes: ConvSizes, [x, dy, output]: number[]): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = sizes;
  const [rows, columns] = [tilesAlong(outHeight), tilesAlong(outWidth)];
  const chunkRows = chunkRowsOf(rows, columns);
  const groupSize = Math.ceil(batchSize / mostGroups);
  const groups = Math.ceil(batchSize / groupSize);
  const sumsSize = groups * positions * inChannels * outChannels;
  const chunkSize = positions * chunkRows * columns * (inChannels + outChannels);
  module.withScratch(sumsSize + groups * chunkSize, (sums) => {
    const addresses = [x, dy, sums, module.zeros, sums + 4 * sumsSize];
    const shape = [inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo.top, padInfo.left];
    const cost = batchSize * rows * columns * positions * inChannels * outChannels;
    module.run('winograd_gradient', [...addresses, batchSize, groupSize, ...shape, chunkRows], { units: groups, cost });
    const joining = [sums, output, groups, inChannels, outChannels];
    module.run('winograd_gradient_filter', joining, { units: inChannels, cost: 2 * sumsSize });
  });
}
