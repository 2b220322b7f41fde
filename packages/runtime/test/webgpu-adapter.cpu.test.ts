import { afterEach, describe, expect, it, vi } from 'vitest';
import { BackendError, selectBackend } from '@diffgan/runtime';

/** Pretends that this is a browser whose only adapter is `info`. */
function pretendAdapter(adapter: object | null): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter) } });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('selectBackend("webgpu")', () => {
  it.each([
    { info: { vendor: 'google', architecture: 'swiftshader' } },
    { info: { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' } },
    { info: { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' } },
    { info: { vendor: 'x' }, isFallbackAdapter: true },
    { info: { vendor: 'x', isFallbackAdapter: true } },
  ])('refuses an adapter that computes on the CPU: %j', async (adapter) => {
    pretendAdapter(adapter);
    await expect(selectBackend('webgpu')).rejects.toThrow(/its only adapter computes on the CPU .*allowSoftware/);
  });

  it('says when there is no adapter', async () => {
    pretendAdapter(null);
    await expect(selectBackend('webgpu')).rejects.toThrow(BackendError);
    await expect(selectBackend('webgpu')).rejects.toThrow(/no graphics adapter/);
  });
});
