import { backend_util } from '@tensorflow/tfjs-core';

/** Attributes of the kernels of a two-dimensional convolution and its gradients. */
export interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes, strides and paddings of a convolution. */
export type ConvSizes = backend_util.Conv2DInfo;

type Shape4D = [number, number, number, number];

/** Sizes of a convolution of `xShape` with `filterShape`. The kernels of gradients are called without dilations, since these are 1. */
export function convSizes(
  xShape: number[],
  filterShape: number[],
  attributes: ConvAttributes,
  depthwise = false,
): ConvSizes {
  const { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = attributes;
  return backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
}
