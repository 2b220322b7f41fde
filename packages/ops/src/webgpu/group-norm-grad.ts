import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationCode } from './activation-code.ts';
import { groupCode, groupLayout, type GroupNormAttributes } from './group-layout.ts';
import { runProgram, type WebgpuBackend } from './run-program.ts';
import { sumTerms } from './sum-terms.ts';

/** Inputs of `DiffganGroupNormGrad`: dy and x [B, P, C], scale and shift [C] or [B, C], mean and rstd [B, C]. */
export type GroupNormGradInputs = Record<'dy' | 'x' | 'scale' | 'shift' | 'mean' | 'rstd', TensorInfo>;

/**
 * Gradients of group normalisation with its activation. One pass over dy and x takes every sum that any of the gradients needs, a
 * second one makes dx of them.
 *
 * @returns dx [B, P, C], and dscale and dshift of the shape of `scale`.
 */
export function groupNormGrad(
  backend: WebgpuBackend,
  inputs: GroupNormGradInputs,
  attributes: GroupNormAttributes,
): TensorInfo[] {
  const { x, scale } = inputs;
  const { batch, channels, width, workgroups, integers, floats } = groupLayout(x, scale, attributes);
  const activation = activationCode(attributes.silu);
  const layout = { width, integers, floats };
  // Σdz and Σdz·x̂ of every channel, then what the group takes off g and off x̂: adding up happens here, copies are small.
  const gradientSums = runProgram(backend, {
    ...layout,
    key: `groupNormSums_${attributes.silu}`,
    code: activation + zCode + sumsCode,
    shape: [4, batch, channels],
    inputs: { ...inputs },
    workgroups,
  });
  const dx = runProgram(backend, {
    ...layout,
    key: `groupNormDx_${attributes.silu}`,
    code: activation + zCode + dxCode,
    shape: x.shape,
    inputs: { ...inputs, gradientSums },
  });
  const terms = scale.shape.length === 2 ? 1 : batch;
  const half = (part: number) =>
    sumTerms(backend, gradientSums, { shape: scale.shape, terms, stride: channels, first: part * batch * channels });
  const [dshift, dscale] = [half(0), half(1)];
  backend.disposeData(gradientSums.dataId);
  return [dx, dscale, dshift];
}

const zCode = `
struct Local {
  normal : T, // x̂
  dz : T,
}
fn localAt(index : i32, statistic : i32, affine : i32) -> Local {
  let normal = (x[index] - mean[statistic]) * rstd[statistic];
  return Local(normal, dy[index] * activationSlope(normal * scale[affine] + shift[affine]));
}
`;

// Lanes of a row are different channels, so a channel's sum runs over the rows of its column.
const sumsCode = `
${groupCode}
var<workgroup> scaleSums : array<T, lanes>;

fn main(index : i32) {
  let place = placeOf(index);
  let perChannel = place.example * uniforms.channels + place.firstChannel;
  let firstAffine = place.example * uniforms.affineStride + place.firstChannel;
  let first = place.example * uniforms.pixels * uniforms.channels + place.firstChannel;
  var groupShift = T(0.0);
  var groupScale = T(0.0);
  for (var start = 0; start < uniforms.columns; start = start + rowWidth()) {
    let column = start + place.column;
    let loads = place.here && place.row < rowCount() && column < uniforms.columns;
    var shiftSum = T(0.0);
    var scaleSum = T(0.0);
    if (loads) {
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        let at = first + pixel * uniforms.channels + column;
        let local = localAt(at, perChannel + column, firstAffine + column);
        shiftSum = shiftSum + local.dz;
        scaleSum = scaleSum + local.dz * local.normal;
      }
    }
    sums[place.lane] = shiftSum;
    scaleSums[place.lane] = scaleSum;
    workgroupBarrier();
    for (var stride = lanes / 2; stride > 0; stride = stride / 2) {
      if (place.row < stride && place.row + stride < rowCount()) {
        let other = place.lane + stride * rowWidth();
        sums[place.lane] = sums[place.lane] + sums[other];
        scaleSums[place.lane] = scaleSums[place.lane] + scaleSums[other];
      }
      workgroupBarrier();
    }
    if (loads && place.row == 0) {
      let out = perChannel + column;
      let weight = scale[firstAffine + column];
      result[out] = sums[place.lane];
      result[out + uniforms.size / 4] = scaleSums[place.lane];
      groupShift = groupShift + weight * sums[place.lane];
      groupScale = groupScale + weight * scaleSums[place.lane];
    }
    workgroupBarrier();
  }
  let count = f32(uniforms.pixels) * f32(uniforms.columns) * total(T(1.0));
  let averageShift = sumOverGroup(place.lane, groupShift) / count;
  let averageScale = sumOverGroup(place.lane, groupScale) / count;
  if (place.here) {
    for (var column = place.lane; column < uniforms.columns; column = column + lanes) {
      result[perChannel + column + uniforms.size / 2] = T(averageShift);
      result[perChannel + column + uniforms.size / 4 * 3] = T(averageScale);
    }
  }
}
`;

// With g = dz·scale: dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩).
const dxCode = `
fn main(index : i32) {
  if (index < uniforms.size) {
    let channel = index % uniforms.channels;
    let example = index / (uniforms.channels * uniforms.pixels);
    let statistic = example * uniforms.channels + channel;
    let affine = example * uniforms.affineStride + channel;
    let quarter = uniforms.allGroups / uniforms.groups * uniforms.channels;
    let local = localAt(index, statistic, affine);
    let average = gradientSums[statistic + 2 * quarter] + local.normal * gradientSums[statistic + 3 * quarter];
    result[index] = rstd[statistic] * (local.dz * scale[affine] - average);
  }
}
`;
