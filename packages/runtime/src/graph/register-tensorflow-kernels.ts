import {
  type FusedCall,
  type FusedKernelName,
  fusedKernels,
  kernelLayer,
  type KernelOverride,
  kernelOverride,
} from '@diffgan/kernels';
import type { NativeBackend, OpAttribute } from './native-backend.ts';

type NormCall = Pick<FusedCall<'DiffganGroupNorm', NativeBackend>, 'attrs' | 'backend'>;

/** Operations of the op library, which have the names of the kernels, and how many results they have. */
const register = /* @__PURE__ */ kernelLayer('tensorflow', [
  operation('DiffganGroupNorm', 3, groupNormAttributes),
  operation('DiffganGroupNormGrad', 3, groupNormAttributes),
  operation('DiffganAdam', 4),
]);

/**
 * Makes the operations of the op library kernels of the `tensorflow` backend, where `@diffgan/ops` and `compileTrainStep` find them by name.
 * The library must have been loaded.
 */
export function registerTensorflowKernels(): void {
  register();
}

function operation<Name extends FusedKernelName>(
  name: Name,
  outputs: number,
  attributes: (call: FusedCall<Name, NativeBackend>) => OpAttribute[] = () => [],
): KernelOverride {
  return kernelOverride(name, (call: FusedCall<Name, NativeBackend>) => {
    const tensors = fusedKernels[name].map((input: keyof typeof call.inputs) => call.inputs[input]);
    return call.backend.executeMultipleOutputs(name, attributes(call), tensors, outputs);
  });
}

function groupNormAttributes({ backend: { binding }, attrs: { groups, epsilon, silu } }: NormCall): OpAttribute[] {
  return [
    { name: 'groups', type: binding.TF_ATTR_INT, value: groups },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'silu', type: binding.TF_ATTR_BOOL, value: silu },
  ];
}
