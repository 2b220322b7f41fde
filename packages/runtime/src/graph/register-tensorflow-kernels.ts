import * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend, OpAttribute } from './native-backend.ts';

interface GroupNormAttributes {
  groups: number;
  epsilon: number;
  silu: boolean;
}

/** Names of the kernels of our own and of their inputs; the op library has operations of the same names. */
const operations = {
  DiffganGroupNorm: { inputs: ['x', 'scale', 'shift'], outputs: 3 },
  DiffganGroupNormGrad: { inputs: ['dy', 'x', 'scale', 'shift', 'mean', 'rstd'], outputs: 3 },
  DiffganAdam: { inputs: ['parameters', 'gradient', 'm', 'v', 'average', 'hyper'], outputs: 4 },
} as const;

/**
 * Makes the operations of the op library kernels of the `tensorflow` backend, where `@diffgan/ops` and `compileTrainStep` find them by name.
 * The library must have been loaded.
 */
export function registerTensorflowKernels(): void {
  for (const [kernelName, { inputs: names, outputs }] of Object.entries(operations)) {
    if (tf.getKernel(kernelName, 'tensorflow')) continue;
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const native = backend as NativeBackend;
        const attributes = kernelName === 'DiffganAdam' ? [] : groupNormAttributes(native, attrs);
        const tensors = names.map((name) => inputs[name] as tf.TensorInfo);
        return native.executeMultipleOutputs(kernelName, attributes, tensors, outputs);
      },
    });
  }
}

function groupNormAttributes({ binding }: NativeBackend, attrs: tf.NamedAttrMap | undefined): OpAttribute[] {
  const { groups, epsilon, silu } = attrs as unknown as GroupNormAttributes;
  return [
    { name: 'groups', type: binding.TF_ATTR_INT, value: groups },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'silu', type: binding.TF_ATTR_BOOL, value: silu },
  ];
}
