import { util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';
import { runProgram, vectorWidth } from './run-program.ts';
import { slicesOf } from './slices.ts';
import { sumTerms } from './sum-terms.ts';
import { type WebgpuCall, webgpuKernel } from './webgpu-kernel.ts';

type Call = WebgpuCall<'x', { axis: number | number[]; keepDims: boolean }>;

/** Invocations that work on one tile of the result. */
const lanes = 256;
/** Neighbouring elements of the result in a tile, at most. */
const tileWidth = 32;

/** A tensor seen as [outer, terms, inner], to be added up over the terms. */
interface Columns {
  outer: number;
  terms: number;
  inner: number;
}

/**
 * The three dimensions of a sum over neighbouring axes that are not the last ones, such as the gradient of a bias takes; undefined for
 * other sums.
 */
function columnsOf(shape: number[], axis: number | number[]): Columns | undefined {
  const axes = util.parseAxisParam(axis, shape).sort((a, b) => a - b);
  const [first, last] = [axes[0], axes[axes.length - 1]];
  const neighbours = axes.length > 0 && last - first === axes.length - 1;
  if (!neighbours || last === shape.length - 1 || shape.includes(0)) return undefined;
  const size = (from: number, to?: number) => sizeOf(shape.slice(from, to));
  return { outer: size(0, first), terms: size(first, last + 1), inner: size(last + 1) };
}

/**
 * Adds up columns where they lie. The backend's own kernel moves the axes to the end first, in another pass over x, and has one
 * workgroup for each number of the result.
 */
export const sum = webgpuKernel('Sum', ({ backend, inputs: { x }, attrs: { axis, keepDims } }: Call) => {
  const seen = x.dtype === 'float32' ? columnsOf(x.shape, axis) : undefined;
  if (!seen) return undefined;
  const { outer, terms, inner } = seen;
  const width = vectorWidth(inner);
  const columns = inner / width;
  const columnTiles = Math.ceil(columns / tileWidth);
  const { slices, sliceLength } = slicesOf(
    terms,
    outer * columnTiles,
    Math.floor(lanes / Math.min(columns, tileWidth)),
  );
  const parts = runProgram(backend, {
    key: 'sum',
    code,
    width,
    shape: [slices, outer, inner],
    inputs: { x },
    workgroups: { count: slices * outer * columnTiles, lanes },
    integers: { outer, terms, columns, columnTiles, slices, sliceLength },
  });
  const axes = util.parseAxisParam(axis, x.shape);
  const shape = x.shape.flatMap((n, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [n]));
  if (slices === 1) return { ...parts, shape };
  const result = sumTerms(backend, parts, { shape: [outer, inner], terms: slices, stride: outer * inner });
  backend.disposeData(parts.dataId);
  return { ...result, shape };
});

// Lanes of a row are neighbouring columns; those that are left over idle. Workgroups beyond the last may be dispatched.
const code = `
const lanes = ${lanes};
var<workgroup> sums : array<T, lanes>;

fn main(index : i32) {
  let rowWidth = min(uniforms.columns, ${tileWidth});
  let rowCount = lanes / rowWidth;
  let lane = index % lanes;
  let tile = index / lanes;
  let outer = (tile / uniforms.columnTiles) % uniforms.outer;
  let slice = tile / uniforms.columnTiles / uniforms.outer;
  let row = lane / rowWidth;
  let column = (tile % uniforms.columnTiles) * rowWidth + lane % rowWidth;
  let here = row < rowCount && column < uniforms.columns && slice < uniforms.slices;
  var sum = T(0.0);
  if (here) {
    let end = min(uniforms.terms, (slice + 1) * uniforms.sliceLength);
    for (var term = slice * uniforms.sliceLength + row; term < end; term = term + rowCount) {
      sum = sum + x[(outer * uniforms.terms + term) * uniforms.columns + column];
    }
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var stride = lanes / 2; stride > 0; stride = stride / 2) {
    if (row < stride && row + stride < rowCount) {
      sums[lane] = sums[lane] + sums[lane + stride * rowWidth];
    }
    workgroupBarrier();
  }
  if (here && row == 0) {
    result[(slice * uniforms.outer + outer) * uniforms.columns + column] = sums[lane];
  }
}
`;
