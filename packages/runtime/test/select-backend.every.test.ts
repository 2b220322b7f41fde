import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { assertGradients, BackendError, backendInfo, backendNames, selectBackend } from '@diffgan/runtime';

const suite = import.meta.env.DIFFGAN_BACKEND as string;

describe('selectBackend', () => {
  it('uses the backend that was asked for and describes it in one line', async () => {
    const notes: string[] = [];
    const info = await selectBackend(suite, { allowSoftware: true, onNote: (line) => notes.push(line) });
    expect(info.name).toBe(suite);
    expect(tf.getBackend()).toBe(suite);
    expect(info.tried).toEqual([]);
    expect(notes).toEqual([info.description]);
    expect(info.description).toMatch(new RegExp(`^${suite} on .+ \\(.+\\)$`));
    expect(info.description).not.toContain('\n');
  });

  it('refuses an unknown name and suggests the nearest', async () => {
    await expect(selectBackend('tensorlfow')).rejects.toThrow(
      new RangeError(
        'selectBackend: preference is "tensorlfow", must be one of tensorflow, webgpu, wasm, cpu. Did you mean "tensorflow"?',
      ),
    );
    await expect(selectBackend('quantum')).rejects.toThrow(/must be one of .* Leave it out/);
  });

  it('computes a convolution', async () => {
    const y = tf.tidy(() => tf.conv2d(tf.ones<tf.Rank.R4>([1, 3, 3, 1]), tf.ones<tf.Rank.R4>([3, 3, 1, 1]), 1, 'same'));
    expect(await y.data()).toBeAllClose([4, 6, 4, 6, 9, 6, 4, 6, 4]);
    y.dispose();
  });
});

describe('backendInfo', () => {
  it('returns what selectBackend returned', async () => {
    const info = await selectBackend(suite, { allowSoftware: true });
    expect(backendInfo()).toBe(info);
    expect(backendNames).toContain(backendInfo().name);
  });
});

describe('BackendError', () => {
  it('names the backend, the reason and the way out', () => {
    const error = new BackendError('webgpu', 'there is no adapter', 'Use "wasm"');
    expect(error.message).toBe('Backend "webgpu" cannot be used: there is no adapter. Use "wasm".');
  });
});

describe('assertGradients', () => {
  it('is content when the layers package has registered them', () => {
    expect(assertGradients()).toBeUndefined();
  });
});
