import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { FusedCall, FusedKernelName } from '../fused-kernels.ts';
import { isPlain } from '../is-plain.ts';
import { type KernelCall, type KernelOverride, kernelOverride, type KernelResult } from '../kernel-override.ts';
import type { KernelModule } from './kernel-module.ts';
import { moduleOf } from './modules.ts';

/** What a kernel is called with. */
export type SimdCall<Inputs extends string, Attributes = object> = KernelCall<Inputs, Attributes> & {
  module: KernelModule;
};

/** How to treat special inputs. */
interface SimdKernelOptions {
  /** Whether inputs may be other than non-empty float tensors. */
  anyInput?: boolean;
}

const advice =
  'Kernels in SIMD take non-empty float32 tensors, and their module in the current backend: ' +
  "call selectBackend('wasm') after the backend was restarted.";

/** Describes a kernel that runs in the C module and leaves other cases to the kernel that was there before. */
export function simdKernel<Name extends FusedKernelName>(
  name: Name,
  compute: (call: FusedCall<Name> & { module: KernelModule }) => KernelResult,
): KernelOverride;
export function simdKernel<Call extends SimdCall<string>>(
  name: string,
  compute: (call: Call) => KernelResult,
  options?: SimdKernelOptions,
): KernelOverride;
/* @__NO_SIDE_EFFECTS__ */
export function simdKernel(
  name: string,
  compute: (call: SimdCall<string>) => KernelResult,
  { anyInput = false }: SimdKernelOptions = {},
): KernelOverride {
  return kernelOverride(
    name,
    (call: KernelCall<string>) => {
      const module = moduleOf(call.backend);
      const suits = anyInput || Object.values<TensorInfo | undefined>(call.inputs).every(isPlain);
      return module && suits ? compute({ ...call, module }) : undefined;
    },
    advice,
  );
}
