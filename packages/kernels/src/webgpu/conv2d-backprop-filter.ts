import { type ConvAttributes, convSizes } from '../conv-sizes.ts';
import { runProgram, vectorWidth } from './run-program.ts';
import { slicesOf } from './slices.ts';
import { sumTerms } from './sum-terms.ts';
import { type WebgpuCall, webgpuKernel } from './webgpu-kernel.ts';

/** x [B, H, W, C], dy [B, H', W', C']. */
type Call = WebgpuCall<'x' | 'dy', ConvAttributes & { filterShape: number[] }>;

/** Edge of the square of the result that a workgroup computes. */
const tile = 32;
/** Pixels that are loaded at a time. */
const depth = 16;
/** Each holds 4×4 numbers of the tile. */
const lanes = (tile / 4) ** 2;

/**
 * Gradient of a convolution by its filter, channels last: the product of the patches of x, [pixels, height·width·C] transposed, with dy,
 * [pixels, C'], in tiles. The backend's own kernel has one invocation for each number of the filter walk over all pixels: few
 * invocations, long walks.
 *
 * @returns dw [height, width, C, C'].
 */
export const conv2dBackpropFilter = webgpuKernel(
  'Conv2DBackpropFilter',
  ({ backend, inputs: { x, dy }, attrs }: Call) => {
    const { filterShape } = attrs;
    const info = convSizes(x.shape, filterShape, attrs);
    if (info.dataFormat !== 'channelsLast') return undefined;
    const width = vectorWidth(info.inChannels, info.outChannels);
    const pixels = info.batchSize * info.outHeight * info.outWidth;
    const rows = info.filterHeight * info.filterWidth * info.inChannels;
    const [rowTiles, columnTiles] = [Math.ceil(rows / tile), Math.ceil(info.outChannels / tile)];
    const { slices, sliceLength } = slicesOf(pixels, rowTiles * columnTiles, depth);
    const parts = runProgram(backend, {
      key: 'conv2dBackpropFilter',
      code: productCode(width),
      width,
      shape: [slices, rows, info.outChannels],
      inputs: { x, dy },
      workgroups: { count: slices * rowTiles * columnTiles, lanes },
      integers: {
        ...{ pixels, rows, rowTiles, columnTiles, slices, sliceLength },
        ...{ inHeight: info.inHeight, inWidth: info.inWidth, inChannels: info.inChannels / width },
        ...{ outHeight: info.outHeight, outWidth: info.outWidth, outChannels: info.outChannels / width },
        ...{ strideHeight: info.strideHeight, strideWidth: info.strideWidth },
        ...{ filterHeight: info.filterHeight, filterWidth: info.filterWidth },
        ...{ padTop: info.padInfo.top, padLeft: info.padInfo.left },
      },
    });
    if (slices === 1) return { ...parts, shape: filterShape };
    const stride = rows * info.outChannels;
    const dw = sumTerms(backend, parts, { shape: filterShape, terms: slices, stride });
    backend.disposeData(parts.dataId);
    return dw;
  },
);

/** What depends on the width: reading four neighbours out of shared memory, and writing four of a row's numbers. */
const quadCode = (width: 1 | 4): string =>
  width === 4
    ? `
fn patchesAt(step : i32, quad : i32) -> vec4<f32> {
  return patches[step * elements + quad];
}
fn slopesAt(step : i32, quad : i32) -> vec4<f32> {
  return slopes[step * elements + quad];
}
fn store(row : i32, quad : i32, value : vec4<f32>) {
  if (quad < uniforms.outChannels) {
    result[row * uniforms.outChannels + quad] = value;
  }
}
`
    : `
fn patchesAt(step : i32, quad : i32) -> vec4<f32> {
  let at = step * elements + quad * 4;
  return vec4<f32>(patches[at], patches[at + 1], patches[at + 2], patches[at + 3]);
}
fn slopesAt(step : i32, quad : i32) -> vec4<f32> {
  let at = step * elements + quad * 4;
  return vec4<f32>(slopes[at], slopes[at + 1], slopes[at + 2], slopes[at + 3]);
}
fn store(row : i32, quad : i32, value : vec4<f32>) {
  for (var i = 0; i < 4; i = i + 1) {
    let channel = quad * 4 + i;
    if (channel < uniforms.outChannels) {
      result[row * uniforms.outChannels + channel] = value[i];
    }
  }
}
`;

/**
 * A lane loads the same row of patches and the same channel of dy at every step, and multiplies others. Workgroups beyond the last may
 * be dispatched; they find no pixels.
 */
const productCode = (width: 1 | 4): string => `
const elements = ${tile / width};
const depth = ${depth};
const lanes = ${lanes};
const quads = ${tile / 4};
var<workgroup> patches : array<T, ${(tile / width) * depth}>;
var<workgroup> slopes : array<T, ${(tile / width) * depth}>;
${loadCode}
${quadCode(width)}
fn main(index : i32) {
  let lane = index % lanes;
  let tile = index / lanes;
  let tileColumn = tile % uniforms.columnTiles;
  let tileRow = (tile / uniforms.columnTiles) % uniforms.rowTiles;
  let slice = tile / uniforms.columnTiles / uniforms.rowTiles;
  let element = lane % elements;
  let tap = tapOf(tileRow * elements + element);
  let channel = tileColumn * elements + element;
  let rowQuad = lane / quads;
  let columnQuad = lane % quads;
  var sums = array<vec4<f32>, 4>();
  for (var start = 0; start < uniforms.sliceLength; start = start + depth) {
    for (var step = lane / elements; step < depth; step = step + lanes / elements) {
      let pixel = slice * uniforms.sliceLength + start + step;
      patches[step * elements + element] = loadX(pixel, tap);
      slopes[step * elements + element] = loadDy(pixel, channel);
    }
    workgroupBarrier();
    for (var step = 0; step < depth; step = step + 1) {
      let rows = patchesAt(step, rowQuad);
      let columns = slopesAt(step, columnQuad);
      sums[0] = sums[0] + rows.x * columns;
      sums[1] = sums[1] + rows.y * columns;
      sums[2] = sums[2] + rows.z * columns;
      sums[3] = sums[3] + rows.w * columns;
    }
    workgroupBarrier();
  }
  for (var i = 0; i < 4; i = i + 1) {
    let row = (tileRow * quads + rowQuad) * 4 + i;
    if (row < uniforms.rows && slice < uniforms.slices) {
      store(slice * uniforms.rows + row, tileColumn * quads + columnQuad, sums[i]);
    }
  }
}
`;

const loadCode = `
struct Tap {
  row : i32, // in the filter, less the padding
  column : i32,
  channel : i32, // of x; −1 beyond the last row of the result
}
fn tapOf(element : i32) -> Tap {
  let place = element / uniforms.inChannels;
  let here = place < uniforms.filterHeight * uniforms.filterWidth;
  return Tap(
    place / uniforms.filterWidth - uniforms.padTop,
    place % uniforms.filterWidth - uniforms.padLeft,
    select(-1, element % uniforms.inChannels, here)
  );
}
fn loadX(pixel : i32, tap : Tap) -> T {
  let outRow = pixel / uniforms.outWidth;
  let example = outRow / uniforms.outHeight;
  let row = (outRow % uniforms.outHeight) * uniforms.strideHeight + tap.row;
  let column = (pixel % uniforms.outWidth) * uniforms.strideWidth + tap.column;
  let inside = row >= 0 && row < uniforms.inHeight && column >= 0 && column < uniforms.inWidth;
  if (!inside || tap.channel < 0 || pixel >= uniforms.pixels) {
    return T(0.0);
  }
  return x[((example * uniforms.inHeight + row) * uniforms.inWidth + column) * uniforms.inChannels + tap.channel];
}
fn loadDy(pixel : i32, channel : i32) -> T {
  if (channel >= uniforms.outChannels || pixel >= uniforms.pixels) {
    return T(0.0);
  }
  return dy[pixel * uniforms.outChannels + channel];
}
`;
