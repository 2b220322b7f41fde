import * as tf from '@tensorflow/tfjs-core';
import { typeNumber } from './messages.ts';
import type { NativeBackend, OpAttribute } from './native-backend.ts';

/** tfjs-node's gather reads its indices to check them; TensorFlow's checks them itself. Returns what puts the old one back. */
export function replaceGather(): () => void {
  const original = tf.getKernel('GatherV2', 'tensorflow');
  if (!original) return () => undefined;
  const put = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel('GatherV2', 'tensorflow');
    tf.registerKernel(kernel);
  };
  put({ ...original, kernelFunc: gather });
  return () => put(original);
}

function gather({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const native = backend as NativeBackend;
  const { x, indices } = inputs as Record<string, tf.TensorInfo>;
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const type = (name: string, tensor: tf.TensorInfo): OpAttribute => ({
    name,
    type: native.binding.TF_ATTR_TYPE,
    value: typeNumber(tensor),
  });
  const attributes: OpAttribute[] = [
    { name: 'batch_dims', type: native.binding.TF_ATTR_INT, value: batchDims },
    type('Tparams', x),
    type('Tindices', indices),
  ];
  return tf.tidy(() => {
    const axisTensor = tf.scalar(axis, 'int32');
    return native.executeSingleOutput('GatherV2', [...attributes, type('Taxis', axisTensor)], [x, indices, axisTensor]);
  });
}
