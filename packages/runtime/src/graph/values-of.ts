import type * as tf from '@tensorflow/tfjs-core';
import { typeNumbers } from './messages.ts';
import { nativeBackend, type Values } from './native-backend.ts';

/** The values of a tensor of the tensorflow backend, read past any recording. They may be shared: not to be changed. */
export function valuesOf(dataId: tf.DataId): Values {
  const backend = nativeBackend();
  const data = backend?.tensorMap.get(dataId);
  if (!backend || !data) throw new Error('a tensor was disposed, or belongs to another backend');
  const values = data.values ?? backend.binding.tensorDataSync(data.id);
  const kinds = {
    [typeNumbers.float32]: Float32Array,
    [typeNumbers.int32]: Int32Array,
    [typeNumbers.bool]: Uint8Array,
  };
  const Kind = kinds[data.dtype as keyof typeof kinds];
  return values instanceof Kind ? values : Kind.from(values);
}
