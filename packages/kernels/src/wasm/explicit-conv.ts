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
