import { backend_util } from '@tensorflow/tfjs-core';

/** Attributes of the kernels of a two-dimensional convolution and its gradients. */
export interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** Sizes, strides and paddings of a convolution without dilation; tfjs has gradients only for those. */
export function convSizes(
  xShape: number[],
  filterShape: number[],
  attributes: ConvAttributes,
  depthwise = false,
): backend_util.Conv2DInfo {
  const { strides, pad, dimRoundingMode, dataFormat = 'NHWC' } = attributes;
  const format = backend_util.convertConv2DDataFormat(dataFormat);
  return backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    1,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
}

/** Attributes of a convolution whose paddings are given one by one. */
export function explicitConv(
  [top, bottom]: [number, number],
  [left, right]: [number, number],
  dilations: [number, number] = [1, 1],
): object {
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { strides: [1, 1], dilations, pad, dataFormat: 'NHWC' };
}
