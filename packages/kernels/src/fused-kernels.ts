import type { ConvAttributes } from './conv-sizes.ts';
import type { KernelCall } from './kernel-override.ts';

/**
 * The kernels that TensorFlow.js does not have, and the names of their inputs. `@diffgan/ops` runs them by name where the current
 * backend has them, and plain operations elsewhere. A backend need not have all of them.
 *
 * - `DiffganAdam`: vectors [n]; `hyper` [7] is beta1, beta2, stepSize, rsqrtBias2, epsilon, decay, averaging. Returns the next
 *   parameters, m, v and average.
 * - `DiffganAttention`: query [B, N, C], key [B, M, C], value [B, M, D]. Returns [B, N, D].
 * - `DiffganAttentionGrad`: those, the result y and dy. Returns dquery, dkey, dvalue.
 * - `DiffganConvolution`: x [B, H, W, C], filter [height, width, C, C'], bias [C']. Returns [B, H', W', C'].
 * - `DiffganDense`: x [B, n], kernel [n, units], bias [units]. Returns [B, units].
 * - `DiffganGate`: y and x of one shape. Returns y where x > 0, else alpha·y.
 * - `DiffganGroupNorm`: x [B, P, C], scale and shift [C] or [B, C]. Returns y [B, P, C], and where the gradient needs them mean and
 *   1/deviation [B, C].
 * - `DiffganGroupNormGrad`: dy, those inputs, and mean and rstd where the forward kernel returns them. Returns dx, dscale, dshift.
 */
export const fusedKernels = {
  DiffganAdam: ['parameters', 'gradient', 'm', 'v', 'average', 'hyper'],
  DiffganAttention: ['query', 'key', 'value'],
  DiffganAttentionGrad: ['dy', 'query', 'key', 'value', 'y'],
  DiffganConvolution: ['x', 'filter', 'bias'],
  DiffganDense: ['x', 'kernel', 'bias'],
  DiffganGate: ['y', 'x'],
  DiffganGroupNorm: ['x', 'scale', 'shift'],
  DiffganGroupNormGrad: ['dy', 'x', 'scale', 'shift', 'mean', 'rstd'],
} as const;

/** Names of {@link fusedKernels}. */
export type FusedKernelName = keyof typeof fusedKernels;

/** Attributes of the kernels of group normalisation. */
export interface GroupNormAttributes {
  groups: number;
  epsilon: number;
  /** Whether the result is y·sigmoid(y). */
  silu: boolean;
}

interface Attributes {
  DiffganConvolution: ConvAttributes;
  DiffganGate: { alpha: number };
  DiffganGroupNorm: GroupNormAttributes;
  DiffganGroupNormGrad: GroupNormAttributes;
}

/** Inputs of a fused kernel. */
export type FusedInputs<Name extends FusedKernelName> = FusedCall<Name>['inputs'];

/** A call of a fused kernel. */
export type FusedCall<Name extends FusedKernelName, Backend = object> = KernelCall<
  (typeof fusedKernels)[Name][number],
  Name extends keyof Attributes ? Attributes[Name] : object,
  Backend
>;
