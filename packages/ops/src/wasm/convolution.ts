import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelModule, maxChannels } from './kernel-module.ts';
import { type SimdCall, simdKernel } from './simd-kernel.ts';

/** Attributes of the kernels of a convolution and its gradients. */
interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Sizes = backend_util.Conv2DInfo;
type Shape4D = [number, number, number, number];

/** Sizes of a convolution, or undefined when the C module has no kernel for it. */
function convSizes(xShape: number[], filterShape: number[], attributes: ConvAttributes): Sizes | undefined {
  const { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = attributes;
  const sizes = backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
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
  const wanted = module.threads === 1 ? 1 : Math.ceil((4 * module.threads) / images);
  return Math.max(4, 4 * Math.ceil(pixels / wanted / 4));
}

/** Every output pixel gathers the input pixels under the taps of the filter. */
function gatherPixels(module: KernelModule, sizes: Sizes, gather: Gather): TensorInfo {
  const { source, filter, output, backward, bias, relu = false } = gather;
  const [images, sourceHeight, sourceWidth, inner] = source.shape;
  const [, height, width, outputs] = output.shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo, inChannels, outChannels } = sizes;
  const taps = filterHeight * filterWidth;
  const pixels = height * width;
  const packedSize = Math.ceil(outputs / panelWidth) * panelWidth * taps * inner;
  module.withScratch(packedSize + taps * pixels, (packed) => {
    const table = packed + 4 * packedSize;
    const strides = backward ? [1, outChannels] : [outChannels, 1];
    const packing = [module.address(filter), packed, 0, taps, inner, outputs, inChannels * outChannels, ...strides];
    module.run('pack', packing, { units: 1, cost: packedSize });
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
  return output;
}

/** Convolution. Left to the backend: dilations, channels first, groups. */
export const conv2d = simdKernel('Conv2D', ({ inputs, attrs, module }: SimdCall<'x' | 'filter', ConvAttributes>) => {
  const { x, filter } = inputs;
  const sizes = convSizes(x.shape, filter.shape, attrs);
  return (
    sizes && gatherPixels(module, sizes, { source: x, filter, output: module.output(sizes.outShape), backward: false })
  );
});

type FusedCall = SimdCall<'x' | 'filter', ConvAttributes & { activation: string }> & {
  inputs: { bias?: TensorInfo; preluActivationWeights?: TensorInfo };
};

/** Convolution, bias and perhaps ReLU in one pass: the bias costs nothing here. */
export const fusedConv2d = simdKernel('FusedConv2D', ({ inputs, attrs, module }: FusedCall) => {
  const { x, filter, bias } = inputs;
  const sizes = convSizes(x.shape, filter.shape, attrs);
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
    const sizes = convSizes(attrs.inputShape, filter.shape, { ...attrs, dilations: 1 });
    return (
      sizes && gatherPixels(module, sizes, { source: dy, filter, output: module.output(sizes.inShape), backward: true })
    );
  },
);

// Pixels in a block of rows whose x and dy stay in the cache while all taps use them.
const pixelsInCache = 112;

/** Gradient of a convolution by its filter. */
export const conv2dBackpropFilter = simdKernel(
  'Conv2DBackpropFilter',
  ({ inputs, attrs, module }: SimdCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>) => {
    const { x, dy } = inputs;
    const sizes = convSizes(x.shape, attrs.filterShape, { ...attrs, dilations: 1 });
    if (!sizes) return undefined;
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = sizes;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = sizes;
    const output = module.output(sizes.filterShape);
    const rowBlock = Math.max(1, Math.ceil(pixelsInCache / outWidth));
    const taps = filterHeight * filterWidth;
    module.run(
      'filter_gradient',
      [
        ...[module.address(x), module.address(dy), module.address(output), batchSize],
        ...[inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth],
        ...[strideHeight, strideWidth, padInfo.top, padInfo.left, rowBlock],
      ],
      {
        units: taps * Math.ceil(inChannels / 4),
        cost: batchSize * outHeight * outWidth * outChannels * taps * inChannels,
      },
    );
    return output;
  },
);
