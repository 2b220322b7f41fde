import { type ProgramInputs, runProgram, vectorWidth } from './run-program.ts';
import { webgpuKernel } from './webgpu-kernel.ts';

/**
 * Adam with decoupled weight decay and a moving average. A program has one result: four programs move 13 n floats, one whose packed
 * result is taken apart would move 17 n.
 *
 * @returns the next parameters, m, v and average.
 */
export const adam = webgpuKernel('DiffganAdam', ({ backend, inputs }) => {
  const { parameters, gradient, hyper } = inputs;
  const { shape } = parameters;
  const width = vectorWidth(shape[0]);
  const each = (key: string, value: string, tensors: ProgramInputs) =>
    runProgram(backend, { key, code: elementCode(value), width, shape, inputs: tensors, scalars: { hyper } });
  const m = each('adamM', 'm[i] + (1.0 - hyper[0]) * (gradient[i] - m[i])', { m: inputs.m, gradient });
  const v = each('adamV', 'v[i] + (1.0 - hyper[1]) * (gradient[i] * gradient[i] - v[i])', { v: inputs.v, gradient });
  const next = each(
    'adamParameters',
    'parameters[i] * (1.0 - hyper[5]) - hyper[2] * m[i] / (sqrt(v[i]) * hyper[3] + hyper[4])',
    { parameters, m, v },
  );
  const average = each('adamAverage', 'average[i] + hyper[6] * (parameters[i] - average[i])', {
    average: inputs.average,
    parameters: next,
  });
  return [next, m, v, average];
});

const elementCode = (value: string) => `
fn main(i : i32) {
  if (i < uniforms.size) {
    result[i] = ${value};
  }
}
`;
