import type { KernelFunc, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

/** What a kernel is called with. */
export interface KernelCall<Inputs extends string, Attributes = object, Backend = object> {
  inputs: Record<Inputs, TensorInfo>;
  attrs: Attributes;
  backend: Backend;
}

/** A call of any kernel. */
export type AnyKernelCall = KernelCall<string>;

/** Outputs, or undefined to leave a call to the kernel that was there before. */
export type KernelResult = TensorInfo | TensorInfo[] | undefined;

/** The kernel that was there before, on the same call or on one that differs from it. */
export type Original<Call> = (changes?: Partial<Call>) => TensorInfo;

/** A kernel that a backend gets under a name; `original` is the one it has under that name, when there is one. */
export interface KernelOverride {
  readonly name: string;
  readonly make: (original: KernelFunc | undefined) => KernelFunc;
}

/**
 * Describes a kernel that may leave cases to the one that was there before.
 *
 * The types of inputs and attributes are those that the operation behind the name has; tfjs does not know them, so this is the one
 * place where a call gets them.
 *
 * @param advice what to do about a call that is left to nobody; part of its error.
 * @example
 * ```ts
 * // says what is computed, and leaves it to the kernel that was there before
 * const override = kernelOverride<KernelCall<'x'>>('Relu', ({ inputs }) => {
 *   console.log('Relu of', inputs.x.shape);
 *   return undefined;
 * });
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function kernelOverride<Call extends AnyKernelCall>(
  name: string,
  compute: (call: Call, original: Original<Call>) => KernelResult,
  advice = '',
): KernelOverride {
  const make =
    (before: KernelFunc | undefined): KernelFunc =>
    (call) => {
      const original: Original<Call> = (changes) => {
        if (!before)
          throw new Error(`There is no kernel "${name}" here for ${describe(call.inputs)}. ${advice}`.trim());
        return before({ ...call, ...changes } as typeof call) as TensorInfo;
      };
      return compute(call as unknown as Call, original) ?? original();
    };
  return { name, make };
}

const describe = (inputs: NamedTensorInfoMap): string =>
  Object.entries(inputs)
    .map(([key, tensor]) => `${key} ${tensor?.dtype} [${tensor?.shape.join(', ')}]`)
    .join(', ');
