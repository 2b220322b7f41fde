import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import * as ops from '@diffgan/ops';
import { ConfiguredLayer, type LayerName } from './configured-layer.ts';
import { inputsOf, known, lastSize, shapesOf, type Sizes } from './shapes.ts';

interface StatelessOperation {
  run(inputs: tf.Tensor[], size: number): tf.Tensor;
  shape(shapes: Sizes[], size: number): Sizes;
}

const first = (shapes: Sizes[]): Sizes => shapes[0];
const scaled =
  (factor: (size: number) => number) =>
  ([[batch, height, width, channels]]: Sizes[], size: number): Sizes => [
    batch,
    height && height * factor(size),
    width && width * factor(size),
    channels,
  ];
const resized =
  (size: (n: number) => number) =>
  ([[batch, height, width, channels]]: Sizes[]): Sizes => [
    batch,
    height && size(height),
    width && size(width),
    channels,
  ];
const image = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

/** What an {@link Operation} layer can do; all are twice differentiable. */
const operations = {
  silu: { run: ([x]) => ops.silu(x), shape: first },
  leakyRelu: { run: ([x]) => ops.leakyRelu(x), shape: first },
  tanh: { run: ([x]) => ops.tanh(x), shape: first },
  add: { run: ([a, b]) => tf.add(a, b), shape: first },
  // the sum of two branches of unit variance, brought back to unit variance
  residual: { run: ([a, b]) => tf.mul(tf.add(a, b), Math.SQRT1_2), shape: first },
  addPerChannel: {
    run: ([x, c]) => tf.add(x, tf.reshape(c, [c.shape[0], 1, 1, lastSize(c.shape)])),
    shape: first,
  },
  concat: {
    run: (inputs) => tf.concat(inputs, -1),
    shape: (shapes) => [...shapes[0].slice(0, -1), shapes.reduce((sum, s) => sum + lastSize(s), 0)],
  },
  padOnce: {
    run: ([x]) =>
      tf.pad(x, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
    shape: resized((n) => n + 2),
  },
  averagePool: { run: ([x], size) => ops.averagePool(image(x), size), shape: scaled((size) => 1 / size) },
  nearestUpsample: { run: ([x], size) => ops.nearestUpsample(image(x), size), shape: scaled((size) => size) },
  firUpsample: { run: ([x]) => ops.firUpsample(image(x)), shape: resized((n) => 2 * n) },
  firDownsample: { run: ([x]) => ops.firDownsample(image(x)), shape: resized((n) => Math.floor(n / 2)) },
  firBlur: { run: ([x]) => ops.firBlur(image(x)), shape: resized((n) => n + 1) },
  spatialMean: { run: ([x]) => tf.mean(x, [1, 2]), shape: ([[batch, , , channels]]) => [batch, channels] },
  spatialSum: { run: ([x]) => tf.sum(x, [1, 2]), shape: ([[batch, , , channels]]) => [batch, channels] },
  minibatchStddev: {
    run: ([x], size) => ops.minibatchStddev(image(x), { groupSize: size }),
    shape: ([[batch, height, width, channels]]) => [batch, height, width, known(channels) + 1],
  },
  pixelNorm: { run: ([x]) => ops.pixelNorm(x as tf.Tensor2D), shape: first },
  oneHot: {
    // as integers first: the kernel for WASM writes the bits of 1 as an integer, whatever type is asked for
    run: ([label], size) => tf.cast(tf.oneHot(tf.cast(label, 'int32') as tf.Tensor1D, size), 'float32'),
    shape: ([[batch]], size) => [batch, size],
  },
  flatScalar: { run: ([x]) => tf.reshape(x, [x.shape[0]]), shape: ([[batch]]) => [batch] },
} satisfies Record<string, StatelessOperation>;

/** Configuration of {@link Operation}. */
export interface OperationConfig {
  /** Which operation. */
  operation: keyof typeof operations;
  /** Window, factor, group size, width or number of classes, for the operations that have one. @defaultValue 2 */
  size?: number;
}

/** A layer without weights around one function. */
export class Operation extends ConfiguredLayer<OperationConfig> {
  static readonly className = 'DiffganOperation';

  constructor(settings: OperationConfig & LayerName) {
    super(settings);
    if (!Object.hasOwn(operations, settings.operation))
      throw new RangeError(
        `Operation: operation is ${JSON.stringify(settings.operation)}; it must be one of ${Object.keys(operations).join(', ')}`,
      );
  }

  get #operation(): StatelessOperation {
    return operations[this.settings.operation];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return this.#operation.shape(shapesOf(inputShape), this.settings.size ?? 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.#operation.run(inputsOf(inputs), this.settings.size ?? 2));
  }
}
