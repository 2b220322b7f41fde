import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cacheDir } from '@diffgan/files';
import { key, normal } from '@diffgan/ops';
import { compile, compileUpdate, type EngineName, residentState } from '@diffgan/runtime';
import { bindingOf, tfjsNodeFolder } from '../src/tfjs-node-folder.ts';
import { newVariable } from './new-variable.ts';

const megabytes = () => process.memoryUsage().rss / 2 ** 20;
/** Fills and drops much of the JavaScript heap, so that its memory is collected and used again. */
const churn = () => Array.from({ length: 200 }, (_, i) => new Float32Array(50_000).fill(i)).length;

describe.each<EngineName>(['addon', 'binding'])('graphs of the %s', (engine) => {
  it('keep states and weights through garbage collection', async () => {
    const weight = newVariable(() => tf.ones([64, 64]));
    const zeros = tf.zeros([4, 64]);
    const state = residentState([zeros], { engine });
    const update = compileUpdate(([s], x) => {
      const next = tf.add(s, tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D));
      return { state: [next], outputs: [tf.mean(next)] };
    });
    for (let i = 1; i <= 30; i++) {
      const x = tf.tensor(new Float32Array(4 * 64).fill(1), [4, 64]);
      const [mean] = await update.run(state, x);
      churn();
      expect(await mean.data()).toBeAllClose([64 * i]);
      tf.dispose([x, mean]);
    }
    const [final] = await state.read();
    expect(await final.data()).toBeAllClose(new Float32Array(4 * 64).fill(64 * 30));
    update.dispose();
    state.dispose();
    tf.dispose([final, weight, zeros]);
  });

  it('do not grow over 200 runs', async () => {
    const initial = normal(key(1), [100_000]);
    const state = residentState([initial], { engine });
    const update = compileUpdate(([s], x) => ({ state: [tf.add(tf.mul(s, 0.5), x)], outputs: [tf.sum(s)] }));
    const f = compile((x: tf.Tensor) => tf.mul(x, 2), { engine });
    const step = async () => {
      const x = tf.fill([100_000], 0.1);
      const [sum] = await update.run(state, x);
      await sum.data();
      tf.dispose([x, sum, f(x)]);
    };
    for (let i = 0; i < 20; i++) await step();
    const [tensors, before] = [tf.memory().numTensors, megabytes()];
    for (let i = 0; i < 200; i++) await step();
    expect(tf.memory().numTensors).toBe(tensors);
    // A leak of one tensor of 0.4 MB a run would be 80 MB; arrays that wait for the garbage collector are less.
    expect(megabytes() - before).toBeLessThan(60);
    for (const thing of [update, state, f]) thing.dispose();
    initial.dispose();
  });

  it('leave the state as it was when TensorFlow fails', async () => {
    const x = tf.tensor([1, 2]);
    const state = residentState([x], { engine });
    const pick = compileUpdate(([s], i) => ({ state: [tf.gather(s, tf.cast(i, 'int32'))], outputs: [] }));
    const [good, bad] = [tf.tensor([1, 0], [2], 'int32'), tf.tensor([0, 9], [2], 'int32')];
    await pick.run(state, good);
    await expect(pick.run(state, bad)).rejects.toThrow(/not in \[0, 2\)/);
    const [value] = await state.read();
    expect(await value.data()).toBeAllClose([2, 1]);
    pick.dispose();
    state.dispose();
    tf.dispose([x, good, bad, value]);
  });
});

describe('the graph addon', () => {
  it('lets timers tick during a run', async () => {
    const f = compile(
      (x: tf.Tensor) => {
        let y: tf.Tensor = x;
        for (let i = 0; i < 60; i++) y = tf.tanh(tf.matMul(y as tf.Tensor2D, x as tf.Tensor2D));
        return y;
      },
      { engine: 'addon' },
    );
    const x = normal(key(1), [512, 512]);
    (await f.runAsync(x)).dispose();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const y = await f.runAsync(x);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    f.dispose();
    tf.dispose([x, y]);
  });

  it('finishes a run whose function is disposed meanwhile', async () => {
    const f = compile((x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), { engine: 'addon' });
    const x = tf.ones([256, 256]);
    const running = [f.runAsync(x), f.runAsync(x)];
    f.dispose();
    x.dispose();
    for (const run of running) {
      const y = await run;
      expect((await y.data())[0]).toBe(256);
      y.dispose();
    }
  });
});

describe('the functions of the addon', () => {
  const require = createRequire(import.meta.url);
  const place = join(dirname(bindingOf(tfjsNodeFolder(cacheDir()))), 'diffgan_graph.node');
  const addon = require(place) as Record<string, (...args: unknown[]) => unknown>;
  const float = { dtype: Uint8Array.of(48, 1) };

  it.each<[string, () => unknown, RegExp]>([
    ['no arguments', () => addon.addNode(), /graph must be a graph/],
    ['a graph that is none', () => addon.addNode({}, 'NoOp', 'n', [], {}), /graph must be a graph/],
    [
      'a tensor for a graph',
      () => addon.freeGraph(addon.createTensor(1, [], Float32Array.of(1))),
      /graph must be a graph/,
    ],
    ['a freed graph', () => freed(), /this graph was freed/],
    ['an unknown operation', () => addon.addNode(addon.createGraph(), 'Magic', 'n', [], {}), /Magic/],
    ['an unknown input', () => addon.addNode(addon.createGraph(), 'Neg', 'n', ['x:0'], {}), /no node "x"/],
    ['a strange input', () => addon.addNode(addon.createGraph(), 'Neg', 'n', ['x:zero'], {}), /must be "node:index"/],
    ['inputs that are no list', () => addon.addNode(addon.createGraph(), 'Neg', 'n', 5, {}), /inputs must be/],
    [
      'attributes that are no bytes',
      () => addon.addNode(addon.createGraph(), 'Neg', 'n', [], { T: 1 }),
      /attributes must be/,
    ],
    [
      'a broken attribute',
      () => addon.addNode(addon.createGraph(), 'Placeholder', 'n', [], { dtype: Uint8Array.of(255, 255) }),
      /Placeholder/,
    ],
    ['two nodes of a name', () => twice(), /has a node "x" already/],
    ['data of another length', () => addon.createTensor(1, [3], Float32Array.of(1)), /does not fit the shape/],
    ['a negative size', () => addon.createTensor(1, [-1], Float32Array.of(1)), /array of sizes/],
    [
      'a size without end',
      () => addon.createTensor(1, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], Float32Array.of(1)),
      /too large/,
    ],
    ['an unknown type', () => addon.createTensor(7, [1], Float32Array.of(1)), /must be float32, int32 or bool/],
    ['a tensor that is none', () => addon.readTensor(null), /must be a tensor/],
    ['a freed tensor', () => readFreed(), /this tensor was freed/],
    ['fetches that are not there', () => addon.run(addon.createGraph(), [], [], ['y:0']), /no node "y"/],
    ['feeds without names', () => addon.run(addon.createGraph(), [], [1], []), /as many feeds as names/],
    ['a placeholder without a value', () => unfed(), /x/],
    ['a library that is not there', () => addon.loadLibrary('/nonexistent.so'), /loadLibrary/],
  ])('answer %s with an exception', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('reject a promise when a run fails, and refuse to extend a graph that ran', async () => {
    const graph = addon.createGraph();
    addon.addNode(graph, 'Placeholder', 'x', [], float);
    await expect(addon.runAsync(graph, [], [], ['x:0'])).rejects.toThrow(/x/);
    expect(() => addon.addNode(graph, 'Placeholder', 'z', [], float)).toThrow(/cannot grow/);
    addon.freeGraph(graph);
    addon.freeGraph(graph);
  });

  const freed = () => {
    const graph = addon.createGraph();
    addon.freeGraph(graph);
    return addon.addNode(graph, 'NoOp', 'n', [], {});
  };
  const twice = () => {
    const graph = addon.createGraph();
    addon.addNode(graph, 'Placeholder', 'x', [], float);
    return addon.addNode(graph, 'Placeholder', 'x', [], float);
  };
  const readFreed = () => {
    const tensor = addon.createTensor(1, [1], Float32Array.of(1));
    addon.freeTensor(tensor);
    return addon.readTensor(tensor);
  };
  const unfed = () => {
    const graph = addon.createGraph();
    addon.addNode(graph, 'Placeholder', 'x', [], float);
    return addon.run(graph, [], [], ['x:0']);
  };
});
