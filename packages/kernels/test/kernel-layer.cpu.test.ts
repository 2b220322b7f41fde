import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { type KernelCall, kernelLayer, kernelOverride } from '@diffgan/kernels';

type Call = KernelCall<'x', { size: number }, MathBackendCPU>;

const name = 'TestCount';
afterEach(() => tf.unregisterKernel(name, 'cpu'));

const run = (size: number): number =>
  tf.tidy(() => {
    const result: tf.Tensor = tf.engine().runKernel(name, { x: tf.scalar(0) }, { size });
    return result.dataSync()[0];
  });

/** A kernel that answers sizes below its limit with its number. */
const upTo = (limit: number, answer: number) =>
  kernelOverride(name, ({ backend, attrs }: Call) =>
    attrs.size < limit ? backend.makeTensorInfo([], 'float32', Float32Array.of(answer)) : undefined,
  );

describe('kernelLayer', () => {
  test('puts kernels over those that are there, each leaving cases to the one before it', () => {
    kernelLayer('cpu', [upTo(100, 1)])();
    kernelLayer('cpu', [upTo(10, 2)])();
    expect([5, 50].map(run)).toEqual([2, 1]);
    expect(() => run(500)).toThrow(/no kernel "TestCount" here for x float32 \[\]/);
  });

  test('has no effect a second time, even where others came over it', () => {
    const below = kernelLayer('cpu', [upTo(100, 1)]);
    below();
    kernelLayer('cpu', [upTo(10, 2)])();
    const kernel = tf.getKernel(name, 'cpu');
    below();
    expect(tf.getKernel(name, 'cpu')).toBe(kernel);
    expect(run(5)).toBe(2);
  });

  test('gives a changed call to the kernel before it where that is asked for', () => {
    const doubled = kernelOverride(name, ({ attrs }: Call, original) => original({ attrs: { size: 2 * attrs.size } }));
    kernelLayer('cpu', [upTo(100, 1)])();
    kernelLayer('cpu', [upTo(60, 2)])();
    kernelLayer('cpu', [doubled])();
    expect([20, 40].map(run)).toEqual([2, 1]);
  });
});
