import * as tf from '@tensorflow/tfjs-core';
import { typeName } from './messages.ts';
import { nativeBackend, type TensorData, type Values } from './native-backend.ts';

/** What the tensorflow backend knows of a tensor, which tfjs moves there from another backend; undefined when it was disposed. */
export function dataOf(dataId: tf.DataId): TensorData | undefined {
  return tf.engine().state.tensorInfo.has(dataId) ? nativeBackend()?.tensorMap.get(dataId) : undefined;
}

/** The values of a tensor, read past any recording. They may be shared: not to be changed. */
export function valuesOf(dataId: tf.DataId): Values {
  const binding = nativeBackend()?.binding;
  const data = dataOf(dataId);
  if (!binding || !data) throw new Error('a tensor was disposed');
  const values = data.values ?? binding.tensorDataSync(data.id);
  const Kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[typeName(data.dtype)];
  return values instanceof Kind ? values : Kind.from(values);
}
