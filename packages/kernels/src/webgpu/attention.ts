import type { FusedInputs } from '../fused-kernels.ts';
import { loadCode, matrices, productCode, resultCode, tile, tileCode, tileLayout } from './attention-tiles.ts';
import { runProgram, vectorWidth } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

/** What the shaders of attention and of its gradient have in common. */
export function attentionSizes({ query, key, value }: FusedInputs<'DiffganAttention'>) {
  const [[images, queries, channels], [, keys], [, , outputs]] = [query.shape, key.shape, value.shape];
  const width = vectorWidth(channels, outputs);
  const integers = { images, queries, keys, channels: channels / width, outputs: outputs / width };
  return { images, queries, keys, channels, outputs, width, integers, floats: { scale: 1 / Math.sqrt(channels) } };
}

/** Workgroups for a result [images, rows, columns], and the uniforms with which they find their place. */
export function tilesOf(images: number, rows: number, columns: number) {
  const layout = tileLayout(columns);
  const [rowTiles, slices] = [Math.ceil(rows / tile), Math.ceil(columns / layout.columns)];
  return {
    layout,
    integers: { rowTiles, slices },
    workgroups: { count: images * rowTiles * slices, lanes: layout.lanes },
  };
}

/**
 * softmax(Q·Kᵀ/√C)·V in one pass: a workgroup keeps 32 rows of the result and walks over the keys, 32 at a time. Whenever it meets a
 * larger score, it shrinks what it has, so that no exponential overflows and the scores are never in memory.
 *
 * Source: Dao et al. 2022 (arXiv:2205.14135), algorithm 1; Milakov, Gimelshein 2018 (arXiv:1805.02867).
 *
 * @returns y [B, N, D].
 */
export const attention = webgpuKernel('DiffganAttention', ({ backend, inputs }) => {
  const { images, queries, outputs, width, integers, floats } = attentionSizes(inputs);
  const { query, key, value } = matrices;
  const { layout, ...tiles } = tilesOf(images, queries, outputs);
  const y = runProgram(backend, {
    key: `attention_${layout.groups}`,
    code: [
      tileCode(layout),
      ...[query, key, value].map((matrix) => loadCode(matrix, width)),
      productCode('scores', query, key, width),
      resultCode(value, { ...value, rows: query.rows }, width),
      softmaxCode,
      attentionCode,
    ].join(''),
    width,
    shape: [images, queries, outputs],
    inputs: { ...inputs },
    workgroups: tiles.workgroups,
    integers: { ...integers, ...tiles.integers },
    floats,
  });
  return [y];
});

/**
 * `addScores(place, firstKey)` turns the scores of 32 keys into weights, relative to the largest score so far, and adds them up. A lane
 * for each row.
 */
export const softmaxCode = `
// Less than any score, so that its exponential is zero, and far enough from infinity, which WGSL need not have.
const none = -2.0e38;
var<workgroup> largest : array<f32, ${tile}>;
var<workgroup> rowTotal : array<f32, ${tile}>;
var<workgroup> fading : array<f32, ${tile}>; // what the new largest score makes of earlier weights

fn startRows(place : Place) {
  if (place.lane < ${tile}) {
    largest[place.lane] = none;
    rowTotal[place.lane] = 0.0;
  }
}
fn addScores(place : Place, firstKey : i32) {
  var tileScores = scores(place, firstKey);
  if (place.group == 0) {
    let key = firstKey + 4 * place.quad;
    let here = vec4<i32>(key, key + 1, key + 2, key + 3) < vec4<i32>(uniforms.keys);
    for (var i = 0; i < 4; i = i + 1) {
      weights[weightAt(place, i)] = select(vec4<f32>(none), tileScores[i] * uniforms.scale, here);
    }
  }
  workgroupBarrier();
  if (place.lane < ${tile}) {
    let first = place.lane * ${tile / 4};
    var most = vec4<f32>(largest[place.lane]);
    for (var quad = 0; quad < ${tile / 4}; quad = quad + 1) {
      most = max(most, weights[first + quad]);
    }
    let peak = max(max(most.x, most.y), max(most.z, most.w));
    let fade = exp(largest[place.lane] - peak);
    var sum = vec4<f32>(0.0);
    for (var quad = 0; quad < ${tile / 4}; quad = quad + 1) {
      let weight = exp(weights[first + quad] - peak);
      weights[first + quad] = weight;
      sum = sum + weight;
    }
    largest[place.lane] = peak;
    fading[place.lane] = fade;
    rowTotal[place.lane] = rowTotal[place.lane] * fade + dot(sum, vec4<f32>(1.0));
  }
  workgroupBarrier();
}
`;

const attentionCode = `
fn main(index : i32) {
  let place = placeOf(index);
  startRows(place);
  for (var firstKey = 0; firstKey < uniforms.keys; firstKey = firstKey + ${tile}) {
    addScores(place, firstKey);
    for (var i = 0; i < 4; i = i + 1) {
      let fade = fading[place.row + 8 * i];
      sums[2 * i] = sums[2 * i] * fade;
      sums[2 * i + 1] = sums[2 * i + 1] * fade;
    }
    addProduct(place, firstKey);
  }
  for (var i = 0; i < 4; i = i + 1) {
    let scale = 1.0 / rowTotal[place.row + 8 * i];
    store(place, i, 0, sums[2 * i] * scale);
    store(place, i, 1, sums[2 * i + 1] * scale);
  }
}
`;
