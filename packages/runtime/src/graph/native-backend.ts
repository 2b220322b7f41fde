import * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow operation as tfjs-node passes it. */
export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** What the binding of tfjs-node tells about a tensor of its. */
export interface BindingTensor {
  id: number;
  shape: number[];
  dtype: number;
}

/** The part of the binding of tfjs-node that graphs need. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: Values): number;
  deleteTensor(id: number): void;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): BindingTensor[];
  tensorDataSync(id: number): Values;
  loadSavedModel(dir: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): BindingTensor[];
}

/** Values of a tensor of a type that graphs take. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** What the backend of tfjs-node knows about the data of a tensor; `values` are not yet in TensorFlow. */
export interface TensorData {
  shape: number[];
  dtype: number;
  values: Values | null;
  id: number;
}

/** The part of the backend of tfjs-node that graphs need. */
export interface NativeBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Binding;
  readonly tensorMap: { get(dataId: tf.DataId): TensorData | undefined; has(dataId: tf.DataId): boolean };
  createOutputTensor(tensor: BindingTensor): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: number): tf.Tensor[];
}

/** The backend of tfjs-node when it is the current one. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as NativeBackend) : undefined;
}
