import { sizeOf } from '../size-of.ts';
import { runProgram, vectorWidth } from './run-program.ts';
import { type WebgpuCall, webgpuKernel } from './webgpu-kernel.ts';

type Call = WebgpuCall<'x'>;

/** Of `Sin` and `Cos`, which are a quarter of a turn apart. */
const wave = (name: 'Sin' | 'Cos', quarters: 0 | 1) =>
  webgpuKernel(name, ({ backend, inputs: { x } }: Call) => {
    if (x.dtype !== 'float32' || sizeOf(x.shape) === 0) return undefined;
    const width = vectorWidth(sizeOf(x.shape));
    return runProgram(backend, { key: 'wave', code, width, shape: x.shape, inputs: { x }, integers: { quarters } });
  });

/**
 * sin x to rounding. WGSL promises its own sine to 2⁻¹¹ between −π and π and says nothing of other angles, but networks see steps of up to
 * a thousand as waves.
 */
export const sine = wave('Sin', 0);

/** cos x to rounding, in the same way. */
export const cosine = wave('Cos', 1);

// x = k π/2 + r with |r| ≤ π/4 (Cody and Waite): π/2 is the sum of three floats, of which two have so few bits that their products with
// k < 2¹³ are exact. Then the Taylor series, whose next terms are below 3·10⁻⁹.
const code = `
fn main(index : i32) {
  if (index < uniforms.size) {
    let k = round(x[index] * 0.63661977);
    let r = ((x[index] - k * 1.5703125) - k * 4.8375129699707031e-4) - k * 7.5497899548918817e-8;
    let s = r * r;
    let sine = r + r * s * (-1.6666667e-1 + s * (8.3333333e-3 + s * (-1.9841270e-4 + s * 2.7557319e-6)));
    let cosine = 1.0 + s * (-0.5 + s * (4.1666667e-2 + s * (-1.3888889e-3 + s * (2.4801587e-5 - s * 2.7557319e-7))));
    // k + quarters modulo 4: which of the two, and its sign.
    let turned = k + f32(uniforms.quarters);
    let quarter = turned - 4.0 * floor(turned / 4.0);
    let odd = abs(quarter - 2.0) == T(1.0);
    result[index] = select(sine, cosine, odd) * select(T(1.0), T(-1.0), quarter >= T(2.0));
  }
}
`;
