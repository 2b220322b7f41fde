import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectSameOnWasm, numbers } from './on-both.ts';

type Network = (x: tf.Tensor4D, weights: tf.Tensor[]) => tf.Tensor;

const conv = (x: tf.Tensor, w: tf.Tensor, stride = 1) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same');
const normalise = (x: tf.Tensor) => {
  const [b, h, w, c] = x.shape;
  const grouped = tf.reshape(x, [b, h * w, 2, c / 2]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  return tf.reshape(tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-3))), x.shape);
};
const attend = (x: tf.Tensor) => {
  const [b, h, w, c] = x.shape;
  const rows = tf.reshape(x, [b, h * w, c]);
  const scores = tf.softplus(tf.matMul(rows, rows, false, true));
  return tf.reshape(tf.matMul(tf.div(scores, tf.sum(scores, -1, true)), rows), x.shape);
};
const upsample = (x: tf.Tensor) => {
  const [b, h, w, c] = x.shape;
  const columns = tf.tile(tf.reshape(x, [b, h * w, 1, c]), [1, 1, 2, 1]);
  const wide = tf.reshape(columns, [b, h, 2 * w * c]);
  return tf.reshape(tf.concat([wide, wide], 2), [b, 2 * h, 2 * w, c]);
};

// Every kind of layer of a small U-Net, with operations whose second derivatives TensorFlow.js gets right.
const network: Network = (x, [first, down, point, up, dense]) => {
  const wide = tf.softplus(normalise(conv(x, first)));
  const low = tf.relu(
    conv(
      tf.pad(wide, [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ]),
      down,
      2,
    ),
  );
  const middle = attend(conv(low, point));
  const high = tf.slice(upsample(middle), [0, 0, 0, 0], wide.shape);
  const joined = tf.concat([wide, high], 3);
  const image = conv(joined, up);
  const vectors = tf.sqrt(tf.add(tf.square(tf.mean(image, [1, 2])), 0.1));
  return tf.matMul(tf.gather(vectors, tf.tensor1d([1, 0, 1], 'int32')), dense);
};
const shapes = [
  [3, 3, 2, 4],
  [3, 3, 4, 6],
  [1, 1, 6, 4],
  [3, 3, 8, 4],
  [4, 3],
];
const image = () => numbers([2, 6, 6, 2], 9) as tf.Tensor4D;
const weights = () => shapes.map((shape, i) => tf.mul(numbers(shape, i), 0.4));

describe('a small U-Net on wasm', () => {
  it('has the gradients of the JavaScript backend', async () => {
    await expectSameOnWasm(
      () => {
        const loss = (...all: tf.Tensor[]) => tf.sum(tf.square(network(all[0] as tf.Tensor4D, all.slice(1))));
        return tf.grads(loss)([image(), ...weights()]);
      },
      { rtol: 1e-4, atol: 1e-5 },
    );
  });

  it('has the gradients of a gradient penalty of the JavaScript backend', async () => {
    await expectSameOnWasm(
      () => {
        const penalty = (...all: tf.Tensor[]) => {
          const output = (x: tf.Tensor) => tf.sum(network(x as tf.Tensor4D, all));
          return tf.sum(tf.square(tf.grad(output)(image())));
        };
        return tf.grads(penalty)(weights());
      },
      { rtol: 1e-4, atol: 1e-5 },
    );
  });

  it('takes the Adam step of the JavaScript backend on one vector of all weights', async () => {
    await expectSameOnWasm(
      () => {
        const sizes = shapes.map((shape) => tf.util.sizeFromShape(shape));
        const loss = (flat: tf.Tensor) =>
          tf.sum(
            tf.square(
              network(
                image(),
                tf.split(flat, sizes).map((part, i) => tf.reshape(part, shapes[i])),
              ),
            ),
          );
        const flat = tf.concat1d(weights().map((w) => tf.reshape(w, [-1])));
        const gradient = tf.grad(loss)(flat);
        const mean = tf.mul(gradient, 0.1);
        const variance = tf.mul(tf.square(gradient), 0.001);
        return [tf.sub(flat, tf.mul(tf.div(mean, tf.add(tf.sqrt(variance), 1e-4)), 1e-3))];
      },
      { rtol: 1e-4, atol: 1e-5 },
    );
  });

  it('learns with the optimiser of TensorFlow.js', async () => {
    const variables = tf.tidy(() => weights().map((w) => tf.variable(w)));
    const x = image();
    const loss = () => tf.mean<tf.Scalar>(tf.square(tf.sub(network(x, variables), 1)));
    const optimiser = tf.train.adam(0.01);
    const cost = async () => {
      const value = tf.tidy(loss);
      const [number] = await value.data();
      value.dispose();
      return number;
    };
    const before = await cost();
    for (let step = 0; step < 10; step++) optimiser.minimize(loss, false, variables);
    expect(await cost()).toBeLessThan(0.8 * before);
    tf.dispose([x, ...variables]);
    optimiser.dispose();
  });
});
