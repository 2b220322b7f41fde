import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { runProgram, vectorWidth, type WebgpuBackend } from './run-program.ts';

/** Inputs of `DiffganGate`, of one shape. */
export type GateInputs = Record<'y' | 'x', TensorInfo>;

/** y·(1 where x > 0, else alpha): the gradient of leaky ReLU in one pass, where plain operations compare, multiply and choose. */
export function gate(backend: WebgpuBackend, inputs: GateInputs, { alpha }: { alpha: number }): TensorInfo {
  const { shape } = inputs.y;
  const width = vectorWidth(util.sizeFromShape(shape));
  return runProgram(backend, { key: 'gate', code, width, shape, inputs: { ...inputs }, floats: { alpha } });
}

const code = `
fn main(i : i32) {
  if (i < uniforms.size) {
    result[i] = select(y[i] * uniforms.alpha, y[i], x[i] > T(0.0));
  }
}
`;
