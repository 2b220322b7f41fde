import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compileUpdate, residentState } from '@diffgan/runtime';

const numbers = async (tensors: tf.Tensor[]) => {
  const lists = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return lists.map((list) => Array.from(list));
};

describe('residentState', () => {
  it('keeps copies', async () => {
    const x = tf.tensor([1, 2]);
    const state = residentState([x, x]);
    x.dispose();
    expect(await numbers(await state.read())).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const y = tf.tensor([3, 4]);
    const written = state.write([y, y]);
    y.dispose();
    await written;
    expect(await numbers(await state.read())).toEqual([
      [3, 4],
      [3, 4],
    ]);
    state.dispose();
    state.dispose();
    await expect(state.read()).rejects.toThrow(/disposed/);
  });

  it('refuses other shapes, and stays as it was', async () => {
    const [x, y] = [tf.tensor([1, 2]), tf.tensor([1, 2, 3])];
    const state = residentState([x]);
    await expect(state.write([y])).rejects.toThrow(
      /tensor 0 is float32 of shape \[3\], but that of the state is float32 of shape \[2\]/,
    );
    await expect(state.write([])).rejects.toThrow(/there are 0 tensors, but the state has 1/);
    expect(await numbers(await state.read())).toEqual([[1, 2]]);
    state.dispose();
    tf.dispose([x, y]);
  });
});

describe('compileUpdate', () => {
  const counter = () => compileUpdate(([sum], x) => ({ state: [tf.add(sum, x)], outputs: [tf.mul(sum, 10)] }));

  it('replaces the state and returns the outputs, one run after another', async () => {
    const [zero, x] = [tf.scalar(0), tf.scalar(2)];
    const state = residentState([zero]);
    const update = counter();
    const runs = [update.run(state, x), update.run(state, x), update.run(state, x)];
    tf.dispose([zero, x]); // both were taken over
    expect((await Promise.all(runs.map(async (run) => numbers(await run)))).flat(2)).toEqual([0, 20, 40]);
    expect(await numbers(await state.read())).toEqual([[6]]);
    state.dispose();
    update.dispose();
    const again = tf.scalar(1);
    await expect(update.run(state, again)).rejects.toThrow(/disposed/);
    again.dispose();
  });

  it('shares a state among several functions', async () => {
    const x = tf.tensor([1, 2]);
    const state = residentState([x]);
    const double = compileUpdate(([s]) => ({ state: [tf.mul(s, 2)], outputs: [] }));
    const look = compileUpdate(([s]) => ({ state: [s], outputs: [tf.sum(s)] }));
    await double.run(state);
    expect(await numbers(await look.run(state))).toEqual([[6]]);
    await double.run(state);
    expect(await numbers(await look.run(state))).toEqual([[12]]);
    for (const thing of [double, look, state]) thing.dispose();
    x.dispose();
  });

  it('leaves the state as it was when a run fails', async () => {
    const [x, index] = [tf.tensor([1, 2]), tf.tensor([0], [1], 'int32')];
    const state = residentState([x]);
    const grows = compileUpdate(([s]) => ({ state: [tf.concat([s, s])], outputs: [] }));
    const throws = compileUpdate(() => {
      throw new Error('no');
    });
    const shrinks = compileUpdate(() => ({ state: [], outputs: [] }));
    await expect(grows.run(state)).rejects.toThrow(RangeError);
    await expect(shrinks.run(state)).rejects.toThrow(RangeError);
    await expect(throws.run(state)).rejects.toThrow('no');
    expect(await numbers(await state.read())).toEqual([[1, 2]]);
    for (const thing of [grows, throws, shrinks, state]) thing.dispose();
    tf.dispose([x, index]);
  });

  it('refuses what is no state and no update', async () => {
    const x = tf.scalar(1);
    const state = residentState([x]);
    await expect(counter().run({} as typeof state, x)).rejects.toThrow(/must come from residentState/);
    const wrong = compileUpdate((() => x) as never);
    await expect(wrong.run(state)).rejects.toThrow(/must return \{ state, outputs \}/);
    state.dispose();
    x.dispose();
  });
});
