import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  type LayersModel,
  type LayerVariable,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { type PointDataset, pointDataset } from '@diffgan/data';
import { key, normalArray, softplus, split, uniformArray } from '@diffgan/ops';

// Small networks on points of the plane, as somebody would make them with TensorFlow.js alone.

/** Three narrow clouds on a circle, labelled 0, 1, 2. */
export function clouds(count = 96, seed = 5): PointDataset {
  const noise = normalArray(key(seed), 2 * count);
  const points = Float32Array.from(noise, (e, i) => {
    const angle = (2 * Math.PI * (Math.floor(i / 2) % 3)) / 3;
    return (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 0.05 * e;
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  return pointDataset({ name: 'clouds', split: 'train', points, count, dimensions: 2, labels });
}

/** x·W + b, perhaps with softplus; the dense layer of tfjs-layers leaks memory with tfjs-node 4.22. */
export class Affine extends layers.Layer {
  static readonly className = 'TestAffine';
  #weights: LayerVariable[] = [];

  constructor(
    readonly units: number,
    readonly bent: boolean,
  ) {
    super({});
  }

  override build([, columns]: number[]): void {
    const zeros = initializers.zeros();
    this.#weights = [[columns, this.units], [this.units]].map((shape, i) =>
      this.addWeight(`w${i}`, shape, 'float32', zeros),
    );
    super.build([null, columns]);
  }

  override computeOutputShape([batch]: (number | null)[]): (number | null)[] {
    return [batch, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [weight, bias] = this.#weights.map((variable) => variable.read());
    const y = tf.add(
      tf.matMul((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D, weight as tf.Tensor2D),
      bias,
    );
    return this.bent ? softplus(y) : y;
  }
}

/** A network of two hidden layers on everything it takes; inputs of shape [] are positions and labels. */
export function planeNetwork(
  inputs: readonly (readonly number[])[],
  outputs: number,
  {
    seed = 1,
    width = 16,
    scalar = false,
    scale = 0.2,
  }: { seed?: number; width?: number; scalar?: boolean; scale?: number } = {},
): LayersModel {
  const given = inputs.map((shape) => input({ shape: [...shape] }));
  const columns = given.map((x, i) =>
    inputs[i].length > 0 ? x : (layers.reshape({ targetShape: [1] }).apply(x) as SymbolicTensor),
  );
  let h = layers.concatenate().apply(columns) as SymbolicTensor;
  for (let i = 0; i < 2; i++) h = new Affine(width, true).apply(h) as SymbolicTensor;
  let y = new Affine(outputs, false).apply(h) as SymbolicTensor;
  if (scalar) y = layers.reshape({ targetShape: [] }).apply(y) as SymbolicTensor;
  const network = model({ inputs: given, outputs: y });
  draw(network, { seed, scale });
  return network;
}

/** Weights that a key decides. */
function draw(network: LayersModel, { seed, scale }: { seed: number; scale: number }): void {
  const keys = split(key(seed), network.weights.length);
  const values = network.weights.map(({ shape }, i) => {
    const size = shape.reduce<number>((a, b) => a * (b ?? 1), 1);
    const numbers = uniformArray(keys[i], size, { min: -scale, max: scale });
    return tf.tensor(numbers, shape as number[]);
  });
  network.setWeights(values);
  tf.dispose(values);
}

/** Generator and critic for the plane; with labels if told. */
export const planeGame = ({ labels = false, latentDim = 2 } = {}) => {
  const told = labels ? [[]] : [];
  return {
    generator: planeNetwork([[2], [latentDim], [], ...told], 2, { seed: 1, scale: 0.4 }),
    critic: planeNetwork([[2], [2], [], ...told], 1, { seed: 2, scalar: true, scale: 0.4 }),
  };
};
