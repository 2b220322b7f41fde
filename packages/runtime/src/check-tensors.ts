import * as tf from '@tensorflow/tfjs-core';
import { typeNumbers } from './graph/messages.ts';

/** Throws unless all are tensors of a type that graphs take, so that code runs alike on every backend. */
export function checkTensors(where: string, name: string, tensors: readonly unknown[]): void {
  for (const [i, tensor] of tensors.entries()) {
    if (!(tensor instanceof tf.Tensor))
      throw new TypeError(
        `${where}: ${name} ${i} is ${tensor === null ? 'null' : typeof tensor}, but must be a tensor`,
      );
    if (!(tensor.dtype in typeNumbers))
      throw new TypeError(`${where}: ${name} ${i} is of type ${tensor.dtype}, but must be float32, int32 or bool`);
    if (tensor.isDisposed) throw new TypeError(`${where}: ${name} ${i} was disposed`);
  }
}

/** What a function returned, as a list; throws when that is not a tensor or a list of them. */
export function resultTensors(where: string, result: unknown): tf.Tensor[] {
  if (result instanceof Promise) {
    result.catch(() => undefined); // refused here, so nobody will wait for it
    throw new TypeError(`${where}: the function returned a promise, but must return tensors; read them outside`);
  }
  const tensors: unknown[] = Array.isArray(result) ? result : [result];
  checkTensors(where, 'result', tensors);
  return tensors as tf.Tensor[];
}
