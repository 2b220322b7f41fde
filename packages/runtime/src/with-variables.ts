import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `fn` with variables that read as the given tensors. Gradients by the variables work as ever. So the weights of a model can be pieces
 * of one long vector, or the average of weights, without copying them into the model.
 *
 * @param variables Different variables, such as `model.trainableWeights.map((w) => w.read())`.
 * @param values A tensor of the same shape and type for each; not disposed.
 * @param fn Must not assign these variables.
 * @returns What `fn` returns.
 * @throws RangeError when numbers, shapes or types differ.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { withVariables } from '@diffgan/runtime';
 * const v = tf.variable(tf.scalar(1));
 * withVariables([v], [tf.scalar(5)], () => tf.square(v)); // 25
 * ```
 */
export function withVariables<T>(variables: readonly tf.Variable[], values: readonly tf.Tensor[], fn: () => T): T {
  checkValues(variables, values);
  const own = variables.map(({ dataId }) => dataId);
  try {
    variables.forEach((variable, i) => (variable.dataId = values[i].dataId));
    return fn();
  } finally {
    variables.forEach((variable, i) => (variable.dataId = own[i]));
  }
}

function checkValues(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  if (variables.length !== values.length)
    throw new RangeError(`withVariables: there are ${variables.length} variables, but ${values.length} values`);
  if (new Set(variables).size !== variables.length)
    throw new RangeError('withVariables: a variable is given twice, but each must be given once');
  for (const [i, { name, shape, dtype }] of variables.entries())
    if (!tf.util.arraysEqual(shape, values[i].shape) || dtype !== values[i].dtype)
      throw new RangeError(
        `withVariables: value ${i} is ${values[i].dtype} of shape [${values[i].shape}], ` +
          `but the variable "${name}" is ${dtype} of shape [${shape}]`,
      );
}
