import { activationCode } from './activation-code.ts';
import { groupCode, groupLayout } from './group-layout.ts';
import { runProgram } from './run-program.ts';
import { sumTerms } from './sum-terms.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

/**
 * Gradients of group normalisation with its activation. One run takes every sum that any of the gradients needs, a second one makes
 * dx of them.
 *
 * @returns dx [B, P, C], and dscale and dshift of the shape of `scale`.
 */
export const groupNormGrad = webgpuKernel('DiffganGroupNormGrad', ({ backend, inputs, attrs }) => {
  const { dy, x, scale, shift } = inputs;
  const { batch, channels, width, workgroups, integers, floats } = groupLayout(x, scale, attrs);
  const activation = activationCode(attrs.silu);
  const layout = { width, integers, floats };
  // Σdz and Σdz·x̂ of every channel, then of its group what is taken off g and off x̂, the mean and one over the deviation.
  const gradientSums = runProgram(backend, {
    ...layout,
    key: `groupNormSums_${attrs.silu}`,
    code: activation + localCode + groupCode + sumsCode,
    shape: [6, batch, channels],
    inputs: { dy, x, scale, shift },
    workgroups,
  });
  const dx = runProgram(backend, {
    ...layout,
    key: `groupNormDx_${attrs.silu}`,
    code: activation + localCode + dxCode,
    shape: x.shape,
    inputs: { dy, x, scale, shift, gradientSums },
  });
  const terms = scale.shape.length === 2 ? 1 : batch;
  const half = (part: number) =>
    sumTerms(backend, gradientSums, { shape: scale.shape, terms, stride: channels, first: part * batch * channels });
  const [dshift, dscale] = [half(0), half(1)];
  backend.disposeData(gradientSums.dataId);
  return [dx, dscale, dshift];
});

const localCode = `
struct Local {
  normal : T, // x̂
  dz : T,
}
fn localAt(at : i32, affine : i32, mean : T, rstd : T) -> Local {
  let normal = (x[at] - mean) * rstd;
  return Local(normal, dy[at] * activationSlope(normal * scale[affine] + shift[affine]));
}
`;

// Lanes of a row are different channels, so a channel's sum runs over the rows of its column.
const sumsCode = `
var<workgroup> scaleSums : array<T, lanes>;

fn main(index : i32) {
  let place = placeOf(index);
  let statistics = statisticsOf(place);
  let part = uniforms.size / 6;
  var groupShift = T(0.0);
  var groupScale = T(0.0);
  for (var start = 0; start < uniforms.columns; start = start + rowWidth()) {
    let column = start + place.column;
    let loads = place.here && column < uniforms.columns;
    var shiftSum = T(0.0);
    var scaleSum = T(0.0);
    if (loads) {
      for (var pixel = place.row; pixel < uniforms.pixels; pixel = pixel + rowCount()) {
        let at = place.first + pixel * uniforms.channels + column;
        let local = localAt(at, place.affine + column, T(statistics.mean), T(statistics.rstd));
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
      let out = place.perChannel + column;
      let weight = scale[place.affine + column];
      result[out] = sums[place.lane];
      result[out + part] = scaleSums[place.lane];
      groupShift = groupShift + weight * sums[place.lane];
      groupScale = groupScale + weight * scaleSums[place.lane];
    }
    workgroupBarrier();
  }
  let averageShift = sumOverGroup(place.lane, groupShift) / elementCount();
  let averageScale = sumOverGroup(place.lane, groupScale) / elementCount();
  if (place.here && place.row == 0) {
    for (var column = place.column; column < uniforms.columns; column = column + rowWidth()) {
      let out = place.perChannel + column;
      result[out + 2 * part] = T(averageShift);
      result[out + 3 * part] = T(averageScale);
      result[out + 4 * part] = T(statistics.mean);
      result[out + 5 * part] = T(statistics.rstd);
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
    let at = example * uniforms.channels + channel;
    let affine = example * uniforms.affineStride + channel;
    let part = uniforms.allGroups / uniforms.groups * uniforms.channels;
    let rstd = gradientSums[at + 5 * part];
    let local = localAt(index, affine, gradientSums[at + 4 * part], rstd);
    let average = gradientSums[at + 2 * part] + local.normal * gradientSums[at + 3 * part];
    result[index] = rstd * (local.dz * scale[affine] - average);
  }
}
`;
