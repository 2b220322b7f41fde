import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Arguments that `predict` of a LayersModel takes. */
type PredictArgs = NonNullable<Parameters<LayersModel['predict']>[1]>;

/**
 * Makes `model.predict` take what `model.apply` takes: inputs of shape `[B]`, such as positions and labels, which tfjs would turn into
 * `[B, 1]` and then refuse. Inputs of shape `[B, 1]`, as other programs have them, are taken for `[B]`. Critics that compare the examples
 * of a batch do so within each of its batches (32 rows).
 */
export function predictInBatches(model: LayersModel): void {
  model.predict = (x: tf.Tensor | tf.Tensor[], { batchSize = 32 }: PredictArgs = {}): tf.Tensor =>
    tf.tidy(() => {
      if (!Number.isSafeInteger(batchSize) || batchSize < 1)
        throw new RangeError(`${model.name}.predict: batchSize is ${batchSize}; it must be a whole number ≥ 1`);
      const inputs = (Array.isArray(x) ? x : [x]).map((input, i) => asDeclared(input, model.inputs[i]?.shape.length));
      const count = inputs[0]?.shape[0] ?? 0;
      const other = inputs.findIndex(({ shape }) => shape[0] !== count);
      if (inputs.length !== model.inputs.length || other >= 0 || count === 0)
        throw new RangeError(
          `${model.name}.predict: the inputs have shapes ${inputs.map(({ shape }) => `[${shape}]`).join(', ')}; ` +
            `give ${model.inputNames.join(', ')}, each with as many rows, at least 1`,
        );
      const parts: tf.Tensor[] = [];
      for (let start = 0; start < count; start += batchSize) {
        const size = Math.min(batchSize, count - start);
        parts.push(
          tf.tidy(() => {
            const rows = inputs.map((input) => tf.slice(input, start, size));
            return model.apply(rows.length === 1 ? rows[0] : rows, { training: false }) as tf.Tensor;
          }),
        );
      }
      return tf.concat(parts, 0);
    });
}

/** `[B, 1]` as `[B]` where that is what the network declares. */
const asDeclared = (input: tf.Tensor, rank: number | undefined): tf.Tensor =>
  rank === 1 && input.rank === 2 && input.shape[1] === 1 ? tf.reshape(input, [-1]) : input;
