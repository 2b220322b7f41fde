import { activationCode } from './activation-code.ts';
import { groupCode, groupLayout } from './group-layout.ts';
import { runProgram } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

/**
 * Group normalisation, scale, shift and activation in one run. A workgroup reads its group three times, which stays in its cache unless
 * the group is large. The gradient takes mean and deviation again, as it reads x anyway.
 *
 * @returns y [B, P, C].
 */
export const groupNorm = webgpuKernel('DiffganGroupNorm', ({ backend, inputs: { x, scale, shift }, attrs }) => {
  const { width, workgroups, integers, floats } = groupLayout(x, scale, attrs);
  const y = runProgram(backend, {
    key: `groupNorm_${attrs.silu}`,
    code: activationCode(attrs.silu) + groupCode + normalizeCode,
    width,
    shape: x.shape,
    inputs: { x, scale, shift },
    workgroups,
    integers,
    floats,
  });
  return [y];
});

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
