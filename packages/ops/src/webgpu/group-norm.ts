import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationCode } from './activation-code.ts';
import { groupCode, groupLayout, type GroupNormAttributes } from './group-layout.ts';
import { runProgram, type WebgpuBackend } from './run-program.ts';

/** Inputs of `DiffganGroupNorm`: x [B, P, C], the others [C] or [B, C]. */
export type GroupNormInputs = Record<'x' | 'scale' | 'shift', TensorInfo>;

/**
 * Group normalisation, scale, shift and activation in one run. A workgroup reads its group three times, which stays in its cache unless
 * the group is large. The gradient takes mean and deviation again, as it reads x anyway.
 *
 * @returns y [B, P, C].
 */
export function groupNorm(
  backend: WebgpuBackend,
  { x, scale, shift }: GroupNormInputs,
  attributes: GroupNormAttributes,
): TensorInfo {
  const { width, workgroups, integers, floats } = groupLayout(x, scale, attributes);
  return runProgram(backend, {
    key: `groupNorm_${attributes.silu}`,
    code: activationCode(attributes.silu) + groupCode + normalizeCode,
    width,
    shape: x.shape,
    inputs: { x, scale, shift },
    workgroups,
    integers,
    floats,
  });
}

const normalizeCode = `
fn main(index : i32) {
  let place = placeOf(index);
  let statistics = statisticsOf(place);
  if (place.here) {
    for (var column = place.column; column < uniforms.columns; column = column + rowWidth()) {
      let slope = scale[place.affine + column];
      let offset = shift[place.affine + column];
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        let at = place.first + pixel * uniforms.channels + column;
        result[at] = activate((x[at] - statistics.mean) * statistics.rstd * slope + offset);
      }
    }
  }
}
`;
