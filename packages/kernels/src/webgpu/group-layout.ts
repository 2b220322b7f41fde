import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GroupNormAttributes } from '../fused-kernels.ts';
import { vectorWidth } from './run-program.ts';

/** Invocations that work on one group of channels together: as many as every WebGPU offers. */
const groupLanes = 256;

/** How the shaders walk through `x [B, P, C]`. */
export interface GroupLayout {
  batch: number;
  channels: number;
  /** Floats in an element: 4 where no group ends within four channels. */
  width: 1 | 4;
  /** One workgroup for each group of each example, for `groupCode`. */
  workgroups: { count: number; lanes: number };
  /** Uniforms; channels and columns (channels of a group) are counted in elements. */
  integers: {
    pixels: number;
    channels: number;
    columns: number;
    groups: number;
    allGroups: number;
    affineStride: number;
  };
  /** Uniforms. */
  floats: { epsilon: number };
}

/** Layout of `x [B, P, C]`, whose scale is [C] or [B, C]. */
export function groupLayout(x: TensorInfo, scale: TensorInfo, { groups, epsilon }: GroupNormAttributes): GroupLayout {
  const [batch, pixels, channels] = x.shape;
  const width = vectorWidth(channels / groups);
  const affineStride = scale.shape.length === 1 ? 0 : channels / width;
  return {
    batch,
    channels,
    width,
    workgroups: { count: batch * groups, lanes: groupLanes },
    integers: {
      pixels,
      channels: channels / width,
      columns: channels / groups / width,
      groups,
      allGroups: batch * groups,
      affineStride,
    },
    floats: { epsilon },
  };
}

/**
 * Shader code for one workgroup per group of `x`: the lanes stand in `rowCount` rows of `rowWidth` neighbouring channels, those that are
 * left over idle. Groups beyond the last may be dispatched, and every lane must reach every barrier, so loads and stores ask `here`.
 */
export const groupCode = `
const lanes = ${groupLanes};
var<workgroup> sums : array<T, lanes>;

struct Place {
  here : bool, // whether the group exists and the lane has a row
  first : i32, // where the group begins in x
  perChannel : i32, // and in what has a number for each channel of each example
  affine : i32, // and in scale and shift
  row : i32,
  column : i32,
  lane : i32,
}

fn rowWidth() -> i32 {
  return min(uniforms.columns, lanes);
}
fn rowCount() -> i32 {
  return lanes / rowWidth();
}
fn placeOf(index : i32) -> Place {
  let group = index / lanes;
  let lane = index % lanes;
  let row = lane / rowWidth();
  let example = group / uniforms.groups;
  let channel = (group % uniforms.groups) * uniforms.columns;
  return Place(
    group < uniforms.allGroups && row < rowCount(),
    example * uniforms.pixels * uniforms.channels + channel,
    example * uniforms.channels + channel,
    example * uniforms.affineStride + channel,
    row,
    lane % rowWidth(),
    lane
  );
}
// The sum of what each lane brings, known to all.
fn sumOverGroup(lane : i32, value : T) -> f32 {
  sums[lane] = value;
  workgroupBarrier();
  for (var stride = lanes / 2; stride > 0; stride = stride / 2) {
    if (lane < stride) {
      sums[lane] = sums[lane] + sums[lane + stride];
    }
    workgroupBarrier();
  }
  let sum = total(sums[0]);
  workgroupBarrier();
  return sum;
}
fn elementCount() -> f32 {
  return f32(uniforms.pixels) * f32(uniforms.columns) * total(T(1.0));
}
struct Statistics {
  mean : f32,
  rstd : f32,
}
// The variance is that of differences to the mean, in a second pass: a mean far above the deviation costs no precision.
fn statisticsOf(place : Place) -> Statistics {
  var sum = T(0.0);
  if (place.here) {
    for (var column = place.column; column < uniforms.columns; column = column + rowWidth()) {
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        sum = sum + x[place.first + pixel * uniforms.channels + column];
      }
    }
  }
  let mean = sumOverGroup(place.lane, sum) / elementCount();
  var squares = T(0.0);
  if (place.here) {
    for (var column = place.column; column < uniforms.columns; column = column + rowWidth()) {
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        let difference = x[place.first + pixel * uniforms.channels + column] - mean;
        squares = squares + difference * difference;
      }
    }
  }
  let variance = sumOverGroup(place.lane, squares) / elementCount();
  return Statistics(mean, inverseSqrt(variance + uniforms.epsilon));
}
`;
