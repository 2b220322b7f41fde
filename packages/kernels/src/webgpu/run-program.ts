import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../size-of.ts';

/** A compute shader as tfjs-backend-webgpu takes it. */
interface BackendProgram {
  variableNames: string[];
  variableComponents: number[];
  outputShape: number[];
  outputComponent: number;
  shaderKey: string;
  dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  workgroupSize: [number, number, number];
  uniforms: string;
  /** Adds the uniform `size`. */
  size: true;
  getUserCode(): string;
}

/** The part of tfjs-backend-webgpu 4.22 used here; the package itself may only be imported once there is a GPU. */
export interface WebgpuBackend {
  runWebGPUProgram(
    program: BackendProgram,
    inputs: TensorInfo[],
    dtype: 'float32',
    uniforms: { type: string; data: number[] }[],
  ): TensorInfo;
  disposeData(dataId: object): boolean;
}

/** Tensors by the name of their array in the shader. */
export type ProgramInputs = Readonly<Record<string, TensorInfo>>;

/** What to run on what. */
export interface ProgramRun {
  /** Names `code`: equal keys must mean equal code. Width, types and bindings are added to it. */
  key: string;
  /** WGSL with `fn main(index : i32)`, on arrays of `T`, which is `f32` or `vec4<f32>`; `total(v)` adds up components. */
  code: string;
  /** Floats in a `T`. */
  width: 1 | 4;
  /** Shape of the result, the array `result`; `uniforms.size` is its length in its elements. */
  shape: number[];
  /** Floats in an element of the result. @defaultValue `width` */
  resultWidth?: 1 | 4;
  /** Tensors of `T`s; all of their sizes are multiples of `width`. */
  inputs: ProgramInputs;
  /** Tensors of single floats. */
  scalars?: ProgramInputs;
  /** Whole numbers of `uniforms`. */
  integers?: Readonly<Record<string, number>>;
  /** Other numbers of `uniforms`. */
  floats?: Readonly<Record<string, number>>;
  /** Workgroups and the invocations in each. @defaultValue one invocation for each element of the result */
  workgroups?: { count: number; lanes: number };
}

const elementLanes = 64;

/** Runs a shader. The caller owns the result. */
export function runProgram(backend: WebgpuBackend, run: ProgramRun): TensorInfo {
  const { key, code, width, shape, resultWidth = width, inputs, scalars = {}, integers = {}, floats = {} } = run;
  const size = sizeOf(shape);
  const { count, lanes } = run.workgroups ?? {
    count: Math.ceil(size / resultWidth / elementLanes),
    lanes: elementLanes,
  };
  const names = (record: object) => Object.keys(record);
  const program: BackendProgram = {
    variableNames: [...names(inputs), ...names(scalars)],
    variableComponents: [...names(inputs).map(() => width), ...names(scalars).map(() => 1)],
    outputShape: [size],
    outputComponent: resultWidth,
    shaderKey: `diffgan_${key}_${width}`,
    dispatchLayout: { x: [0] },
    dispatch: [count, 1, 1],
    workgroupSize: [lanes, 1, 1],
    uniforms: [
      ...names(integers).map((name) => `${name} : i32,`),
      ...names(floats).map((name) => `${name} : f32,`),
    ].join(' '),
    size: true,
    getUserCode: () => elementCode(width) + code,
  };
  const uniforms = [
    ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] })),
    ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
  ];
  const tensors = [...Object.values(inputs), ...Object.values(scalars)].map(row);
  return { ...backend.runWebGPUProgram(program, tensors, 'float32', uniforms), shape };
}

/** The type of an element, and the sum of its components. */
function elementCode(width: 1 | 4): string {
  return width === 4
    ? 'alias T = vec4<f32>;\nfn total(v : T) -> f32 { return dot(v, T(1.0)); }\n'
    : 'alias T = f32;\nfn total(v : T) -> f32 { return v; }\n';
}

/** The same numbers in one row: the backend compiles a shader anew for other ranks, and where an input has the shape of the result. */
function row(tensor: TensorInfo): TensorInfo {
  return { ...tensor, shape: [1, sizeOf(tensor.shape)] };
}

/** 4 when all of the sizes are multiples of 4, else 1. */
export function vectorWidth(...sizes: number[]): 1 | 4 {
  return sizes.every((size) => size % 4 === 0) ? 4 : 1;
}
