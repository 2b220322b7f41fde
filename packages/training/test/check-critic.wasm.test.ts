import * as tf from '@tensorflow/tfjs-core';
import { input, layers, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { key, normal, tanh } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { trainDdgan, type TrainDdganOptions } from '@diffgan/training';
import { checkCritic } from '../src/check-critic.ts';
import { clouds, planeNetwork } from './plane.ts';

// On WASM alone: the dense layer of tfjs-layers leaks memory with tfjs-node 4.22.

type Layer = (x: SymbolicTensor) => SymbolicTensor;
const applied =
  (layer: { apply: (x: SymbolicTensor) => unknown }): Layer =>
  (x) =>
    layer.apply(x) as SymbolicTensor;
const dense = (units: number, activation?: Parameters<typeof layers.dense>[0]['activation']): Layer =>
  applied(layers.dense({ units, activation, kernelInitializer: 'glorotUniform' }));
type Activation = Parameters<typeof layers.dense>[0]['activation'];

/** An operation as a layer of somebody. */
class Own extends layers.Layer {
  static readonly className = 'Own';
  constructor(readonly operation: (x: tf.Tensor) => tf.Tensor) {
    super({});
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.operation(Array.isArray(inputs) ? inputs[0] : inputs);
  }
  override computeOutputShape(shape: (number | null)[]): (number | null)[] {
    return shape;
  }
}
const own = (operation: (x: tf.Tensor) => tf.Tensor): Layer => applied(new Own(operation));

/** A critic of points with these layers in its middle. */
function critic(...middle: Layer[]): LayersModel {
  const inputs = [[2], [2], []].map((shape) => input({ shape }));
  const position = layers.reshape({ targetShape: [1] }).apply(inputs[2]) as SymbolicTensor;
  let h = layers.concatenate().apply([inputs[0], inputs[1], position]) as SymbolicTensor;
  for (const layer of middle) h = layer(h);
  const outputs = layers.reshape({ targetShape: [] }).apply(dense(1)(h)) as SymbolicTensor;
  return model({ inputs, outputs });
}

/** The error with which training ends, if it does. */
async function trained(network: LayersModel, options: Partial<TrainDdganOptions> = {}): Promise<Error | undefined> {
  const generator = planeNetwork([[2], [2], []], 2);
  try {
    const all = { data: clouds(), steps: 1, batch: 8, r1: { gamma: 1 }, ...options };
    const { averages } = await run(trainDdgan({ generator, critic: network }, vpSchedule(4), all));
    tf.dispose(averages);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    generator.dispose();
    network.dispose();
  }
}

describe('a critic of somebody else', () => {
  test.each(['tanh', 'sigmoid', 'swish', 'softmax', 'elu'] as Activation[])(
    'with %s is refused by name',
    async (name) => {
      const error = await trained(critic(dense(8, 'softplus'), dense(8, name)));
      expect(error).toBeInstanceOf(TypeError);
      const operation = { tanh: 'Tanh', sigmoid: 'Sigmoid', swish: 'Sigmoid', softmax: 'Softmax', elu: 'Elu' }[
        name as 'tanh'
      ];
      expect(error!.message).toMatch(
        new RegExp(
          `layer dense_Dense\\d+ \\(Dense\\) of the critic runs ${operation} of TensorFlow\\.js, whose second derivative`,
        ),
      );
      expect(error!.message).toMatch(/relu or softplus and strides.*@diffgan\/ops/);
    },
  );

  test('with exp in a layer of its own is refused by name', async () => {
    const error = await trained(critic(dense(8), own(tf.exp)));
    expect(error!.message).toMatch(/layer own_Own\d+ \(Own\) of the critic runs Exp of TensorFlow\.js, whose/);
  });

  test.each([
    ['selu', () => dense(8, 'selu'), /\(Dense\) of the critic runs Selu/],
    ['leakyReLU', () => applied(layers.leakyReLU({ alpha: 0.2 })), /\(LeakyReLU\) of the critic runs LeakyRelu/],
    ['relu6', () => dense(8, 'relu6'), /\(Dense\) of the critic runs Minimum/],
    [
      'a pool',
      () => own((x) => tf.reshape(tf.avgPool(tf.reshape<tf.Rank.R4>(x, [-1, 2, 2, 2]), 2, 1, 'same'), [-1, 8])),
      /runs AvgPool/,
    ],
  ])('with %s, which cannot be differentiated twice, is refused by name', async (_, layer, message) => {
    const error = await trained(critic(dense(8, 'softplus'), layer(), dense(8, 'softplus')));
    expect(error).toBeInstanceOf(TypeError);
    expect(error!.message).toMatch(message);
    expect(error!.message).toMatch(/cannot be differentiated twice/);
  });

  test('with a gradient of its own that is wrong the second time is found by differences', async () => {
    const cubed = tf.customGrad((x, save) => {
      const given = x as tf.Tensor;
      (save as tf.GradSaveFunc)([given]);
      // x³, whose gradient is cut off from x
      return {
        value: tf.pow(given, 3),
        gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
          const cut = tf.customGrad((y) => ({
            value: tf.mul(3, tf.square(y as tf.Tensor)),
            gradFunc: () => tf.zerosLike(y as tf.Tensor),
          }));
          return tf.mul(dy, cut(saved));
        },
      };
    });
    const error = await trained(
      critic(
        dense(8, 'softplus'),
        own((x) => cubed(x)),
        dense(8, 'softplus'),
      ),
    );
    expect(error!.message).toMatch(/gradient of a penalty of the critic is off by [1-9]\d* % of its differences/);
  });

  test.each([
    ['softplus', () => critic(dense(16, 'softplus'), dense(16, 'softplus'))],
    ['relu', () => critic(dense(16, 'relu'), dense(16, 'relu'))],
    ['softsign', () => critic(dense(16, 'softsign'))],
    ['gelu', () => critic(dense(16, 'gelu'))],
    ['tanh of @diffgan/ops', () => critic(dense(16), own(tanh))],
    ['no activation', () => critic(dense(16))],
  ])('with %s trains', async (_, network) => {
    expect(await trained(network())).toBe(undefined);
  });

  test('may run what it likes on the position alone', async () => {
    const inputs = [[2], [2], []].map((shape) => input({ shape }));
    const position = layers.reshape({ targetShape: [1] }).apply(inputs[2]) as SymbolicTensor;
    const columns = [inputs[0], inputs[1], dense(4, 'tanh')(position)];
    const h = dense(8, 'softplus')(layers.concatenate().apply(columns) as SymbolicTensor);
    const outputs = layers.reshape({ targetShape: [] }).apply(dense(1)(h)) as SymbolicTensor;
    expect(await trained(model({ inputs, outputs }))).toBe(undefined);
  });

  test('with tanh trains without penalties', async () => {
    expect(await trained(critic(dense(8, 'tanh')), { r1: { gamma: 0 } })).toBe(undefined);
  });

  test('leaks nothing and stays as it was', async () => {
    const network = critic(dense(16, 'softplus'));
    const [xt, position] = [normal(key(1), [8, 2]), tf.zeros([8])];
    const score = (x: tf.Tensor) => network.apply([x, xt, position]) as tf.Tensor;
    const before = tf.memory().numTensors;
    await checkCritic(network, score, xt);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.hasOwn(network.layers[3], 'call')).toBe(false);
    tf.dispose([xt, position]);
    network.dispose();
  });
});
