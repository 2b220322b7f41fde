import type { FusedCall, FusedKernelName } from '../fused-kernels.ts';
import { type KernelCall, type KernelOverride, kernelOverride, type KernelResult } from '../kernel-override.ts';
import type { WebgpuBackend } from './run-program.ts';

/** What a kernel is called with. */
export type WebgpuCall<Inputs extends string, Attributes = object> = KernelCall<Inputs, Attributes, WebgpuBackend>;

/** Describes a kernel in WGSL that leaves other cases to the kernel that was there before. */
export function webgpuKernel<Name extends FusedKernelName>(
  name: Name,
  compute: (call: FusedCall<Name, WebgpuBackend>) => KernelResult,
): KernelOverride;
export function webgpuKernel<Call extends WebgpuCall<string>>(
  name: string,
  compute: (call: Call) => KernelResult,
): KernelOverride;
/* @__NO_SIDE_EFFECTS__ */
export function webgpuKernel(name: string, compute: (call: WebgpuCall<string>) => KernelResult): KernelOverride {
  return kernelOverride(name, compute);
}
