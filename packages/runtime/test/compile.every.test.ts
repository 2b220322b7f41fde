import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { key, normal } from '@diffgan/ops';
import { compile, CompileError, withVariables } from '@diffgan/runtime';
import { newVariable } from './new-variable.ts';

const values = async (tensor: tf.Tensor) => {
  const data = await tensor.data();
  tensor.dispose();
  return data;
};

describe('compile', () => {
  it('computes what the function computes, for each set of shapes', async () => {
    const f = compile((x: tf.Tensor, y: tf.Tensor) => tf.add(tf.mul(x, y), 1));
    const [x, y, z] = [tf.tensor([1, 2]), tf.tensor([3, 4]), tf.tensor([[1, 2]])];
    expect(await values(f(x, y))).toBeAllClose([4, 9]);
    expect(await values(f(y, y))).toBeAllClose([10, 17]);
    const wide = f(z, y);
    expect(wide.shape).toEqual([1, 2]);
    expect(await values(await f.runAsync(z, y))).toBeAllClose([4, 9]);
    f.dispose();
    expect(() => f(x, y)).toThrow(/disposed/);
    tf.dispose([x, y, z, wide]);
  });

  it('returns lists, types and arguments as they are', async () => {
    const f = compile((x: tf.Tensor, i: tf.Tensor) => [
      x,
      tf.cast(tf.greater(x, 1), 'int32'),
      tf.add(i, i),
      tf.greater(x, 1),
    ]);
    const [x, i] = [tf.tensor([1, 2]), tf.tensor([3, 4], [2], 'int32')];
    const results = f(x, i);
    expect(results.map(({ dtype }) => dtype)).toEqual(['float32', 'int32', 'int32', 'bool']);
    expect(await Promise.all(results.map((t) => t.array()))).toEqual([
      [1, 2],
      [0, 1],
      [6, 8],
      [0, 1],
    ]);
    expect(results[0]).not.toBe(x);
    f.dispose();
    tf.dispose([x, i, results]);
  });

  it('tells apart arguments that are one tensor', async () => {
    const f = compile((x: tf.Tensor, y: tf.Tensor) => tf.sub(x, y));
    const [x, y] = [tf.scalar(5), tf.scalar(3)];
    expect(await values(f(x, x))).toBeAllClose([0]);
    expect(await values(f(x, y))).toBeAllClose([2]);
    f.dispose();
    tf.dispose([x, y]);
  });

  it.each(['fed', 'constant'] as const)(
    'sees what is assigned to variables (%s), no other change',
    async (variables) => {
      const variable = newVariable(() => tf.tensor([1, 2]));
      const constant = tf.tensor([10, 20]);
      const f = compile((x: tf.Tensor) => tf.add(tf.mul(x, variable), constant), { variables });
      const x = tf.tensor([1, 1]);
      expect(await values(f(x))).toBeAllClose([11, 22]);
      const next = tf.tensor([3, 4]);
      variable.assign(next);
      expect(await values(f(x))).toBeAllClose([13, 24]);
      f.dispose();
      tf.dispose([x, next, variable, constant]);
    },
  );

  it('refuses a use of variables that there is not', () => {
    const use = 'frozen' as 'fed';
    expect(() => compile((x: tf.Tensor) => tf.neg(x), { variables: use })).toThrow(/variables is "frozen".*"constant"/);
  });

  it('tells apart variables, and tensors, that were made from one tensor', async () => {
    const initial = tf.tensor([1, 2]);
    const [a, b] = [tf.variable(initial), tf.variable(initial)];
    const f = compile((x: tf.Tensor) => tf.addN([tf.mul(a, 100), tf.mul(b, 10), tf.mul(initial, x)]));
    const [one, next] = [tf.scalar(1), tf.tensor([5, 6])];
    expect(await values(f(one))).toBeAllClose([111, 222]);
    a.assign(next);
    expect(await values(f(one))).toBeAllClose([511, 622]);
    f.dispose();
    tf.dispose([initial, a, b, one, next]);
  });

  it('reads variables as withVariables has them', async () => {
    const v = newVariable(() => tf.scalar(1));
    const f = compile((x: tf.Tensor) => tf.mul(x, v));
    const [x, five] = [tf.scalar(2), tf.scalar(5)];
    expect(await values(withVariables([v], [five], () => f(x)))).toBeAllClose([10]);
    expect(await values(f(x))).toBeAllClose([2]);
    const inside = compile((x: tf.Tensor) => withVariables([v], [tf.add(x, 1)], () => f(x)));
    expect(await values(inside(x))).toBeAllClose([6]);
    f.dispose();
    inside.dispose();
    tf.dispose([v, x, five]);
  });

  it('can be differentiated, and used within another compiled function', async () => {
    const square = compile((x: tf.Tensor) => tf.square(x));
    const slope = compile((x: tf.Tensor) => tf.grad((x: tf.Tensor) => tf.sum(square(x)))(x));
    const x = tf.tensor([1, 2]);
    expect(await values(tf.grad((x: tf.Tensor) => tf.sum(square(x)))(x))).toBeAllClose([2, 4]);
    expect(await values(slope(x))).toBeAllClose([2, 4]);
    tf.dispose(x);
    square.dispose();
    slope.dispose();
  });

  it('takes noise from a key as the constant that it is', async () => {
    const f = compile((x: tf.Tensor) => tf.add(x, normal(key(3), [4])));
    const x = tf.zeros([4]);
    const noise = normal(key(3), [4]);
    expect(await values(f(x))).toBeAllClose(await noise.data());
    f.dispose();
    tf.dispose([x, noise]);
  });

  it('refuses what is no tensor', () => {
    const f = compile((x: tf.Tensor) => x);
    expect(() => f(3 as unknown as tf.Tensor)).toThrow(
      new TypeError('compile: argument 0 is number, but must be a tensor'),
    );
    const x = tf.scalar(1);
    const notATensor = compile(((x: tf.Tensor) => x.shape) as unknown as (x: tf.Tensor) => tf.Tensor[]);
    const promise = compile((async (x: tf.Tensor) => Promise.resolve(x)) as unknown as (x: tf.Tensor) => tf.Tensor);
    expect(() => promise(x)).toThrow(/returned a promise/);
    expect(notATensor(x)).toEqual([]);
    expect(() => compile((x: tf.Tensor) => x, { engine: 'magic' as 'addon' })).toThrow(/engine is "magic"/);
    for (const compiled of [f, notATensor, promise]) compiled.dispose();
    x.dispose();
  });

  it('passes on what the function throws, and leaks nothing', () => {
    const f = compile((x: tf.Tensor) => {
      tf.mul(x, 2);
      throw new RangeError('no');
    });
    const x = tf.scalar(1);
    expect(() => f(x)).toThrow(new RangeError('no'));
    f.dispose();
    x.dispose();
  });

  it('has an error class of its own', () => {
    expect(new CompileError('it does', 'Do not')).toMatchObject({
      name: 'CompileError',
      message: 'This function cannot be compiled: it does. Do not.',
    });
  });
});
