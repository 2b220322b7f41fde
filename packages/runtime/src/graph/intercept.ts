import * as tf from '@tensorflow/tfjs-core';
import type { CompileError } from '../compile-error.ts';
import type { NativeBackend, OpAttribute } from './native-backend.ts';
import { replaceGather } from './replace-gather.ts';

/** What a recording makes of what the function under it does. */
export interface Interceptor {
  execute: (op: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: number) => tf.Tensor[];
  /** Whether these data are of the recording, and so have no values yet. */
  isRecorded: (dataId: object) => boolean;
  /** Remembers why the function cannot be recorded, for its end; returns what to throw. */
  fail: (why: string, wayOut: string) => CompileError;
}

/** What to do instead of drawing random numbers. */
export const randomWayOut = 'Draw them outside, for instance with normal(key, shape) of @diffgan/ops, and pass them in';

const readWayOut = 'Return the tensor and read it outside';

/** Replaces what a function under recording must not reach, or not directly; returns what puts everything back. */
export function intercept(backend: NativeBackend, { execute, isRecorded, fail }: Interceptor): () => void {
  const { random } = Math;
  const assign = Object.getOwnPropertyDescriptor(tf.Variable.prototype, 'assign');
  const readSync = backend.readSync.bind(backend);
  const replaced = {
    executeSingleOutput: (op: string, list: OpAttribute[], inputs: tf.TensorInfo[]) => execute(op, list, inputs, 1)[0],
    executeMultipleOutputs: execute,
    readSync: (dataId: object) => {
      if (isRecorded(dataId)) throw fail('it reads the values of a tensor', readWayOut);
      return readSync(dataId);
    },
    // Nobody may be waiting for this promise to fail, so it stays open and the function is refused at its end.
    read: (dataId: object) => {
      if (!isRecorded(dataId)) return Promise.resolve(readSync(dataId));
      fail('it reads the values of a tensor', readWayOut);
      return new Promise(() => undefined);
    },
  };
  Object.assign(backend, replaced);
  Math.random = () => {
    throw fail('it draws random numbers (Math.random)', randomWayOut);
  };
  tf.Variable.prototype.assign = () => {
    throw fail('it assigns a variable', 'Return the new value and assign it outside, or use compileUpdate');
  };
  const restoreGather = replaceGather();
  return () => {
    restoreGather();
    if (assign) Object.defineProperty(tf.Variable.prototype, 'assign', assign);
    Math.random = random;
    // What was put on the instance covers the methods of its class.
    for (const name of Object.keys(replaced)) Reflect.deleteProperty(backend, name);
  };
}
