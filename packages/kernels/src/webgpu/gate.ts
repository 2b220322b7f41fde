import { sizeOf } from '../size-of.ts';
import { runProgram, vectorWidth } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

/** y·(1 where x > 0, else alpha): the gradient of leaky ReLU in one pass, where plain operations compare, multiply and choose. */
export const gate = webgpuKernel('DiffganGate', ({ backend, inputs, attrs: { alpha } }) => {
  const { shape } = inputs.y;
  const width = vectorWidth(sizeOf(shape));
  return [runProgram(backend, { key: 'gate', code, width, shape, inputs: { ...inputs }, floats: { alpha } })];
});

const code = `
fn main(i : i32) {
  if (i < uniforms.size) {
    result[i] = select(y[i] * uniforms.alpha, y[i], x[i] > T(0.0));
  }
}
`;
