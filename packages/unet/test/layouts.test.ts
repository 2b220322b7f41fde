import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foreignTensors, pack, unpack } from '../src/layouts/foreign-tensor.ts';
import { matchTensors } from '../src/layouts/match-tensors.ts';

const shapes = new Map([
  ['conv.kernel', [3, 2, 4, 5]], // height, width, in, out
  ['query', [2, 2]],
  ['key', [2, 2]],
  ['out', [2, 2]],
  ['bias', [6]],
]);
const mappings = [
  { weight: 'conv.kernel', key: 'c.weight', permutation: [2, 3, 1, 0] },
  // heads of one channel each: q0 k0 q1 k1
  { weight: 'query', key: 'qk.weight', permutation: [1, 0], rows: [0, 2], foreignShape: [4, 2, 1] },
  { weight: 'key', key: 'qk.weight', permutation: [1, 0], rows: [1, 3], foreignShape: [4, 2, 1] },
  { weight: 'out', key: 'o.weight', permutation: [1, 0], foreignShape: [2, 2, 1] },
  { weight: 'bias', key: 'c.bias' },
];
const wanted = foreignTensors(mappings, shapes);
const counting = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

test('the shapes of foreign tensors follow from those of the weights', () => {
  expect(wanted.map(({ key, shape }) => [key, shape])).toEqual([
    ['c.weight', [5, 4, 3, 2]],
    ['qk.weight', [4, 2, 1]],
    ['o.weight', [2, 2, 1]],
    ['c.bias', [6]],
  ]);
});

test('OIHW becomes HWIO', async () => {
  const { 'conv.kernel': kernel } = unpack(wanted[0], counting(120));
  expect(kernel.shape).toEqual([3, 2, 4, 5]);
  const values = await kernel.data();
  const [h, w, i, o] = [2, 1, 3, 4];
  expect(values[((h * 2 + w) * 4 + i) * 5 + o]).toBe(((o * 4 + i) * 3 + h) * 2 + w);
  kernel.dispose();
});

test('fused rows are taken apart, reshaped and transposed', async () => {
  const weights = unpack(wanted[1], counting(8)); // rows [0 1], [2 3], [4 5], [6 7]
  expect(Array.from(await weights.query.data())).toEqual([0, 4, 1, 5]);
  expect(Array.from(await weights.key.data())).toEqual([2, 6, 3, 7]);
  tf.dispose(weights);
});

test('packing is the inverse of unpacking', async () => {
  for (const tensor of wanted) {
    const values = counting(tf.util.sizeFromShape([...tensor.shape]));
    const weights = unpack(tensor, values);
    expect(await pack(tensor, new Map(Object.entries(weights)))).toEqual(values);
    tf.dispose(weights);
  }
});

test('a layout that forgets a weight, invents one or leaves rows is a fault that says so', () => {
  expect(() => foreignTensors(mappings.slice(1), shapes)).toThrow(/weight conv\.kernel exactly once/);
  expect(() => foreignTensors([...mappings, { weight: 'x', key: 'x' }], shapes)).toThrow(/weight x exactly once/);
  expect(() => foreignTensors([...mappings, mappings[4]], shapes)).toThrow(/weight bias exactly once/);
  const overlapping = mappings.map((m) => (m.weight === 'key' ? { ...m, rows: [1, 2] } : m));
  expect(() => foreignTensors(overlapping, shapes)).toThrow(/each of the 4 rows of qk\.weight to one weight/);
});

test('prefixes, old names and tensors that are no weights are seen through; all else is listed', () => {
  const file = {
    'module.module.c.weight': { dtype: 'F32', shape: [5, 4, 3, 2] },
    'module.kq.weight': { dtype: 'BF16', shape: [4, 2, 1] },
    'o.weight': { dtype: 'I64', shape: [2, 2, 1] },
    'c.bias': { dtype: 'F32', shape: [7] },
    'module.c.num_batches': { dtype: 'I64', shape: [] },
    'module.more': { dtype: 'F32', shape: [] },
  };
  const layout = {
    prefixes: ['module.'],
    rename: (key: string) => key.replace('kq.', 'qk.'),
    ignored: (key: string) => key === 'c.num_batches',
  };
  const { names, problems } = matchTensors(wanted, file, layout);
  expect(names.get('c.weight')).toBe('module.module.c.weight');
  expect(names.get('qk.weight')).toBe('module.kq.weight');
  expect(problems).toEqual([
    'o.weight holds I64, not floating-point numbers',
    'c.bias is [7], the model has [6]',
    'module.more is unknown to the model',
  ]);
  expect(matchTensors(wanted, {}, layout).problems).toHaveLength(4);
  const twice = { a: { dtype: 'F32', shape: [] }, 'module.a': { dtype: 'F32', shape: [] } };
  expect(matchTensors([], twice, layout).problems).toContain('a and module.a are both a');
});
