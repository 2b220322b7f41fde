import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compile, CompileError, compileUpdate, type EngineName, residentState } from '@diffgan/runtime';
import { newVariable } from './new-variable.ts';

const refused: [string, (x: tf.Tensor) => unknown, RegExp][] = [
  [
    'reads values at once',
    (x) => tf.mul(x, x.dataSync()[0]),
    /reads the values.*Return the tensor and read it outside/,
  ],
  ['branches on a value', (x) => (tf.sum(x).arraySync() === 3 ? x : tf.neg(x)), /reads the values/],
  ['asks for values', (x) => (void x.data(), x), /reads the values/],
  ['swallows the refusal', (x) => swallow(x), /reads the values/],
  ['draws random numbers', (x) => tf.add(x, tf.randomNormal([2])), /draws random numbers.*pass them in/],
  ['drops out', (x) => tf.dropout(x, 0.5), /draws random numbers/],
  ['draws from a distribution', (x) => tf.multinomial(x as tf.Tensor1D, 3, 7), /draws random numbers/],
  ['has results of any length', (x) => tf.unique(x).values, /yields depends on values/],
];

function swallow(x: tf.Tensor): tf.Tensor {
  try {
    x.dataSync();
  } catch {
    // a function that goes on regardless
  }
  return x;
}

describe.each<EngineName>(['addon', 'binding'])('compile with the %s refuses a function that', (engine) => {
  it.each(refused)('%s', (_, f, message) => {
    const x = tf.tensor([1, 2]);
    const compiled = compile(f as (x: tf.Tensor) => tf.Tensor, { engine });
    let thrown: unknown;
    try {
      compiled(x);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CompileError);
    expect((thrown as CompileError).message).toMatch(message);
    expect((thrown as CompileError).wayOut).not.toBe('');
    compiled.dispose();
    x.dispose();
    expect(Math.random()).toBeLessThan(1);
  });

  it('assigns a variable', async () => {
    const [v, x] = [newVariable(() => tf.scalar(1)), tf.scalar(2)];
    const f = compile((x: tf.Tensor) => (v.assign(x as tf.Scalar), v as tf.Tensor), { engine });
    expect(() => f(x)).toThrow(/assigns a variable/);
    expect(await v.data()).toBeAllClose([1]);
    f.dispose();
    tf.dispose([v, x]);
  });

  it('makes a variable', () => {
    const x = tf.scalar(2);
    const made: tf.Variable[] = [];
    const f = compile(
      (x: tf.Tensor) => {
        made.push(newVariable(() => tf.scalar(3)));
        return tf.mul(x, made[0]);
      },
      { engine },
    );
    expect(() => f(x)).toThrow(/makes variables.*Make them outside/);
    f.dispose();
    tf.dispose([x, ...made]);
  });

  it('keeps tensors of another recording', () => {
    let stolen: tf.Tensor | undefined;
    const [first, second] = [
      compile((x: tf.Tensor) => (stolen = tf.mul(x, 2)), { engine }),
      compile((x: tf.Tensor) => tf.add(x, stolen as tf.Tensor), { engine }),
    ];
    const x = tf.tensor([1, 2]);
    const y = first(x);
    expect(() => second(x)).toThrow(/disposed|another function/);
    first.dispose();
    second.dispose();
    tf.dispose([x, y]);
  });

  it('runs a compiled update', () => {
    const x = tf.scalar(1);
    const state = residentState([x]);
    const update = compileUpdate((s) => ({ state: s, outputs: [] }));
    const f = compile(
      (x: tf.Tensor) => {
        void update.run(state).catch(() => undefined);
        return x;
      },
      { engine },
    );
    expect(() => f(x)).toThrow(/runs a compiled update.*Call the plain function there/);
    f.dispose();
    state.dispose();
    x.dispose();
  });

  it.each(['fed', 'constant'] as const)('reads a variable that is gone by then (%s)', (variables) => {
    const [v, x] = [newVariable(() => tf.scalar(1)), tf.scalar(2)];
    const f = compile((x: tf.Tensor) => tf.mul(x, v), { engine, variables });
    f(x).dispose();
    v.dispose();
    expect(() => f(x)).toThrow(/which was disposed/);
    f.dispose();
    x.dispose();
  });
});

describe('a recording', () => {
  it('leaves tfjs as it was', async () => {
    const x = tf.tensor([1, 2]);
    const f = compile((x: tf.Tensor) => tf.gather(x, tf.tensor1d([1], 'int32')));
    const y = f(x);
    const backend = tf.backend();
    expect(Object.keys(backend)).not.toContain('executeSingleOutput');
    const index = tf.tensor1d([7], 'int32');
    expect(() => tf.gather(x, index)).toThrow(/the index value 7 is not in \[0, 1\]/);
    expect(await y.data()).toBeAllClose([2]);
    f.dispose();
    tf.dispose([x, y, index]);
  });
});
