import { afterEach, describe, expect, it, vi } from 'vitest';
import { BackendError, selectBackend } from '@diffgan/runtime';

/** Makes Node claim another version, which rules native TensorFlow out. */
function pretendNode(version: string): void {
  vi.stubGlobal('process', Object.create(process, { versions: { value: { ...process.versions, node: version } } }));
}

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await selectBackend('cpu');
});

describe('selectBackend', () => {
  it('explains that native TensorFlow does not run on Node 24', async () => {
    pretendNode('24.1.0');
    const error = await selectBackend('tensorflow').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BackendError);
    expect((error as BackendError).message).toMatch(/runs on Node 20 and 22, this is Node 24.1.0/);
  });

  it('passes over what does not work, and says why, when nothing was asked for', async () => {
    pretendNode('24.1.0');
    vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(null) } });
    const info = await selectBackend();
    expect(info.name).toBe('wasm');
    expect(info.tried.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu']);
    expect(info.description).toMatch(/^wasm on .*; passed over: tensorflow \(.*Node 24.1.0\), webgpu \(.*adapter\)$/);
  });
});
