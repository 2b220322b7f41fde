import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { withVariables } from '@diffgan/runtime';
import { newVariable } from './new-variable.ts';

describe('withVariables', () => {
  it('makes variables read as other tensors, gradients included, and puts them back', async () => {
    const [a, b] = [newVariable(() => tf.scalar(1)), newVariable(() => tf.scalar(2))];
    const [five, seven] = [tf.scalar(5), tf.scalar(7)];
    const { value, grads } = withVariables([a, b], [five, seven], () =>
      tf.variableGrads(() => tf.mul(tf.square(a), b), [a, b]),
    );
    expect(await value.data()).toBeAllClose([175]);
    expect(await grads[a.name].data()).toBeAllClose([70]);
    expect(await grads[b.name].data()).toBeAllClose([25]);
    expect(() =>
      withVariables([a], [five], () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(await a.data()).toBeAllClose([1]);
    expect(await b.data()).toBeAllClose([2]);
    tf.dispose([value, grads, a, b, five, seven]);
  });

  it('refuses values that do not fit', () => {
    const v = newVariable(() => tf.zeros([2]));
    const x = tf.zeros([3]);
    expect(() => withVariables([v], [x], () => 0)).toThrow(/value 0 is float32 of shape \[3\]/);
    expect(() => withVariables([v], [], () => 0)).toThrow(/1 variables, but 0 values/);
    expect(() => withVariables([v, v], [v, v], () => 0)).toThrow(/given twice/);
    tf.dispose([v, x]);
  });
});
