import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationCode } from './activation-code.ts';
import { groupCode, groupLayout, type GroupNormAttributes } from './group-layout.ts';
import { runProgram, type WebgpuBackend } from './run-program.ts';

/** Inputs of `DiffganGroupNorm`: x [B, P, C], the others [C] or [B, C]. */
export type GroupNormInputs = Record<'x' | 'scale' | 'shift', TensorInfo>;

/**
 * Group normalisation, scale, shift and activation. A program has one result, so there is one for each; together they read x three
 * times, which is what a variance in two passes takes.
 *
 * @returns y [B, P, C], and mean and rstd [B, C].
 */
export function groupNorm(
  backend: WebgpuBackend,
  { x, scale, shift }: GroupNormInputs,
  attributes: GroupNormAttributes,
): TensorInfo[] {
  const { batch, channels, width, workgroups, integers, floats } = groupLayout(x, scale, attributes);
  const layout = { width, integers, floats };
  const perGroup = { ...layout, shape: [batch, channels], workgroups };
  const mean = runProgram(backend, { ...perGroup, key: 'groupMean', code: meanCode, inputs: { x } });
  const rstd = runProgram(backend, { ...perGroup, key: 'groupRstd', code: rstdCode, inputs: { x, mean } });
  const y = runProgram(backend, {
    ...layout,
    key: `groupNorm_${attributes.silu}`,
    code: activationCode(attributes.silu) + normalizeCode,
    shape: x.shape,
    inputs: { x, scale, shift, mean, rstd },
  });
  return [y, mean, rstd];
}

/** Each group's `statistic` of the average of `term` over its elements, for every channel. */
const statisticCode = (prepare: string, term: string, statistic: string) => `
${groupCode}
fn main(index : i32) {
  let place = placeOf(index);
  let perChannel = place.example * uniforms.channels + place.firstChannel;
  var sum = T(0.0);
  if (place.here && place.row < rowCount()) {
    ${prepare}
    let first = place.example * uniforms.pixels * uniforms.channels + place.firstChannel;
    for (var column = place.column; column < uniforms.columns; column = column + rowWidth()) {
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        let v = x[first + pixel * uniforms.channels + column];
        sum = sum + ${term};
      }
    }
  }
  let count = f32(uniforms.pixels) * f32(uniforms.columns) * total(T(1.0));
  let average = sumOverGroup(place.lane, sum) / count;
  if (place.here) {
    for (var column = place.lane; column < uniforms.columns; column = column + lanes) {
      result[perChannel + column] = T(${statistic});
    }
  }
}
`;

const meanCode = statisticCode('', 'v', 'average');

const rstdCode = statisticCode(
  'let centre = mean[perChannel];',
  '(v - centre) * (v - centre)',
  'inverseSqrt(average + uniforms.epsilon)',
);

const normalizeCode = `
fn main(index : i32) {
  if (index < uniforms.size) {
    let channel = index % uniforms.channels;
    let example = index / (uniforms.channels * uniforms.pixels);
    let statistic = example * uniforms.channels + channel;
    let affine = example * uniforms.affineStride + channel;
    let normal = (x[index] - mean[statistic]) * rstd[statistic];
    result[index] = activate(normal * scale[affine] + shift[affine]);
  }
}
`;
