import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { FusedInputs } from '../fused-kernels.ts';
import { attentionSizes, softmaxCode, tilesOf } from './attention.ts';
import {
  loadCode,
  matrices,
  type Matrix,
  productCode,
  resultCode,
  tile,
  tileCode,
  tileLayout,
} from './attention-tiles.ts';
import { runProgram, type WebgpuBackend } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

type Inputs = FusedInputs<'DiffganAttentionGrad'>;

const { query, key, value, dy } = matrices;

/**
 * Gradients of attention, each a product of its own: with p the weights of the keys, computed again from the statistics of their row,
 * and ds = p·(dy·Vᵀ − Σ dy·y)/√C, they are dq = ds·K, dk = dsᵀ·Q and dv = pᵀ·dy. Nothing as large as the scores is ever in memory, and
 * nothing is added in an order that varies.
 *
 * Source: Dao et al. 2022 (arXiv:2205.14135), algorithm 4.
 *
 * @returns dq, dk and dv, of the shapes of query, key and value.
 */
export const attentionGrad = webgpuKernel(
  'DiffganAttentionGrad',
  ({ backend, inputs: { y, dy: above, ...inputs } }) => {
    const statistics = rowStatistics(backend, { ...inputs, y, dy: above });
    const dq = gradient(backend, 'dq', { ...inputs, dy: above, statistics });
    const dk = gradient(backend, 'dk', { ...inputs, dy: above, statistics });
    const dv = gradient(backend, 'dv', { ...inputs, dy: above, statistics });
    backend.disposeData(statistics.dataId);
    return [dq, dk, dv];
  },
);

/** The largest score of each query, one over the sum of its exponentials, and Σ dy·y: [3, B, N]. */
function rowStatistics(backend: WebgpuBackend, { y, dy: above, ...inputs }: Inputs): TensorInfo {
  const { images, queries, channels, width, integers, floats } = attentionSizes(inputs);
  const layout = tileLayout(channels);
  const rowTiles = Math.ceil(queries / tile);
  return runProgram(backend, {
    key: `attentionStatistics_${layout.groups}`,
    code: [
      tileCode(layout),
      ...[query, key, dy, { ...dy, array: 'y' }].map((matrix) => loadCode(matrix, width)),
      productCode('scores', query, key, width),
      softmaxCode,
      statisticsCode(width),
    ].join(''),
    width,
    resultWidth: 1,
    shape: [3, images, queries],
    inputs: { query: inputs.query, key: inputs.key, y, dy: above },
    workgroups: { count: images * rowTiles, lanes: layout.lanes },
    integers: { ...integers, rowTiles, slices: 1 },
    floats,
  });
}

const statisticsCode = (width: 1 | 4) => `
fn main(index : i32) {
  let place = placeOf(index);
  startRows(place);
  for (var firstKey = 0; firstKey < uniforms.keys; firstKey = firstKey + ${tile}) {
    addScores(place, firstKey);
  }
  let row = place.firstRow + place.lane;
  if (place.here && place.lane < ${tile} && row < uniforms.queries) {
    var slope = 0.0;
    for (var quad = 0; quad < (uniforms.outputs + ${4 / width - 1}) / ${4 / width}; quad = quad + 1) {
      slope = slope + dot(dyAt(place.image, row, quad), yAt(place.image, row, quad));
    }
    let at = place.image * uniforms.queries + row;
    result[at] = largest[place.lane];
    result[at + uniforms.size / 3] = 1.0 / rowTotal[place.lane];
    result[at + uniforms.size / 3 * 2] = slope;
  }
}
`;

type Gradient = 'dq' | 'dk' | 'dv';

/** Which tiles a gradient is made of: those of ds and p have the rows and the columns of `scores`. */
const parts: Readonly<Record<Gradient, { scores: Matrix[]; slopes?: Matrix[]; right: Matrix; weights: string }>> = {
  dq: { scores: [query, key], slopes: [dy, value], right: key, weights: 'slopeOfRow' },
  dk: { scores: [key, query], slopes: [value, dy], right: query, weights: 'slopeOfColumns' },
  dv: { scores: [key, query], right: dy, weights: 'weightOfColumns' },
};

function gradient(
  backend: WebgpuBackend,
  name: Gradient,
  { statistics, ...inputs }: Omit<Inputs, 'y'> & Record<'statistics', TensorInfo>,
): TensorInfo {
  const { images, channels, outputs, width, integers, floats, ...sizes } = attentionSizes(inputs);
  const { scores, slopes, right, weights } = parts[name];
  const [rows, columns] = [sizes[scores[0].rows as 'queries' | 'keys'], name === 'dv' ? outputs : channels];
  const { layout, ...tiles } = tilesOf(images, rows, columns);
  const used = [...new Set([...scores, ...(slopes ?? []), right])];
  return runProgram(backend, {
    key: `attention_${name}_${layout.groups}`,
    code: [
      tileCode(layout),
      ...used.map((matrix) => loadCode(matrix, width)),
      productCode('scores', scores[0], scores[1], width),
      slopes ? productCode('slopes', slopes[0], slopes[1], width) : '',
      resultCode(right, { ...right, rows: scores[0].rows }, width),
      weightCode,
      gradientCode(weights, scores[1].rows, slopes !== undefined),
    ].join(''),
    width,
    shape: [images, rows, columns],
    inputs: Object.fromEntries(used.map(({ array }) => [array, inputs[array as keyof typeof inputs]])),
    scalars: { statistics },
    workgroups: tiles.workgroups,
    integers: { ...integers, ...tiles.integers },
    floats,
  });
}

/** What becomes of four scores: those of a row with four keys, or those of a key with four rows. */
const weightCode = `
// Beyond the last query all are zero, and so are its weights.
fn statisticsOf(image : i32, query : i32) -> vec3<f32> {
  if (query >= uniforms.queries) {
    return vec3<f32>(0.0);
  }
  let at = image * uniforms.queries + query;
  let part = uniforms.images * uniforms.queries;
  return vec3<f32>(statistics[at], statistics[at + part], statistics[at + 2 * part]);
}
fn slopeOfRow(image : i32, row : i32, column : i32, score : vec4<f32>, slope : vec4<f32>) -> vec4<f32> {
  let it = statisticsOf(image, row);
  return exp(score * uniforms.scale - it.x) * it.y * (slope - it.z) * uniforms.scale;
}
struct Columns {
  weight : vec4<f32>,
  slope : vec4<f32>,
}
fn columnsOf(image : i32, column : i32, score : vec4<f32>) -> Columns {
  let a = statisticsOf(image, column);
  let b = statisticsOf(image, column + 1);
  let c = statisticsOf(image, column + 2);
  let d = statisticsOf(image, column + 3);
  let weight = exp(score * uniforms.scale - vec4<f32>(a.x, b.x, c.x, d.x)) * vec4<f32>(a.y, b.y, c.y, d.y);
  return Columns(weight, vec4<f32>(a.z, b.z, c.z, d.z));
}
fn slopeOfColumns(image : i32, row : i32, column : i32, score : vec4<f32>, slope : vec4<f32>) -> vec4<f32> {
  let columns = columnsOf(image, column, score);
  return columns.weight * (slope - columns.slope) * uniforms.scale;
}
fn weightOfColumns(image : i32, row : i32, column : i32, score : vec4<f32>, slope : vec4<f32>) -> vec4<f32> {
  return columnsOf(image, column, score).weight;
}
`;

const gradientCode = (weights: string, columns: string, hasSlopes: boolean) => `
fn main(index : i32) {
  let place = placeOf(index);
  for (var first = 0; first < uniforms.${columns}; first = first + ${tile}) {
    var tileScores = scores(place, first);
    ${hasSlopes ? 'var tileSlopes = slopes(place, first);' : 'var tileSlopes = array<vec4<f32>, 4>();'}
    if (place.group == 0) {
      let column = first + 4 * place.quad;
      let here = vec4<i32>(column, column + 1, column + 2, column + 3) < vec4<i32>(uniforms.${columns});
      for (var i = 0; i < 4; i = i + 1) {
        let row = place.firstRow + place.row + 8 * i;
        let weight = ${weights}(place.image, row, column, tileScores[i], tileSlopes[i]);
        weights[weightAt(place, i)] = select(vec4<f32>(0.0), weight, here);
      }
    }
    workgroupBarrier();
    addProduct(place, first);
  }
  for (var i = 0; i < 4; i = i + 1) {
    store(place, i, 0, sums[2 * i]);
    store(place, i, 1, sums[2 * i + 1]);
  }
}
`;
