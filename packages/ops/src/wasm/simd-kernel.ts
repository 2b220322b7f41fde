import { type KernelFunc, type NamedTensorInfoMap, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelModule } from './kernel-module.ts';
import { moduleOf } from './modules.ts';

/** What a kernel is called with. */
export interface SimdCall<Inputs extends string, Attributes = object> {
  inputs: Record<Inputs, TensorInfo>;
  attrs: Attributes;
  module: KernelModule;
}

/** A kernel of ours; `original` is the one it replaces, when there is one. */
export interface SimdKernel {
  name: string;
  make: (original: KernelFunc | undefined) => KernelFunc;
}

/** Outputs, or undefined to leave a call to the kernel that was there before. */
type Result = TensorInfo | TensorInfo[] | undefined;

/** How to treat special inputs. */
interface SimdKernelOptions {
  /** Whether inputs may be other than non-empty float tensors. */
  anyInput?: boolean;
}

/** Describes a kernel that runs in the C module and leaves other cases to the kernel that was there before. */
export function simdKernel<Inputs extends string, Attributes>(
  name: string,
  compute: (call: SimdCall<Inputs, Attributes>) => Result,
  { anyInput = false }: SimdKernelOptions = {},
): SimdKernel {
  const make =
    (original: KernelFunc | undefined): KernelFunc =>
    (call) => {
      const module = moduleOf(call.backend);
      const { inputs, attrs } = call as unknown as Omit<SimdCall<Inputs, Attributes>, 'module'>;
      const result =
        module && (anyInput || Object.values<TensorInfo | undefined>(inputs).every(isPlain))
          ? compute({ inputs, attrs, module })
          : undefined;
      return result ?? (original ?? refuse(name))(call);
    };
  return { name, make };
}

/** Whether a tensor, if there is one, holds floats and at least one of them. */
export function isPlain(tensor: TensorInfo | undefined): boolean {
  return tensor === undefined || tensor === null || (tensor.dtype === 'float32' && sizeOf(tensor.shape) > 0);
}

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => util.sizeFromShape(shape as number[]);

const refuse =
  (name: string): KernelFunc =>
  ({ inputs }) => {
    throw new Error(
      `The kernel "${name}" does not run here on ${describe(inputs)}. It takes non-empty float32 tensors, and the SIMD ` +
        "module in the current backend: call selectBackend('wasm') after the backend was restarted.",
    );
  };

const describe = (inputs: NamedTensorInfoMap): string =>
  Object.entries(inputs)
    .map(([key, tensor]) => `${key} ${tensor?.dtype} [${tensor?.shape.join(', ')}]`)
    .join(', ');
