import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// A process of its own: the Vulkan loader is found when it starts, or never.
const program = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { attention } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
try {
  const { description } = await selectBackend('webgpu', { allowSoftware: true });
  const gradient = tf.tidy(() => tf.grad((w) => tf.conv2d(tf.ones([1, 8, 8, 1]), w, 1, 'same'))(tf.ones([3, 3, 1, 1])));
  const values = tf.tensor3d([1, 2, 3, 4], [1, 4, 1]);
  const mixed = attention(tf.zeros([1, 1, 2]), tf.zeros([1, 4, 2]), values);
  console.log(JSON.stringify({ description, gradient: [...await gradient.data()], mixed: [...await mixed.data()] }));
} catch (error) {
  console.log(JSON.stringify({ name: error.name, message: error.message }));
}
process.exit();
`;

/** The folder of a browser that has a Vulkan loader and SwiftShader. */
const drivers = ['/usr/lib/chromium', '/opt/google/chrome'].find(
  (folder) => existsSync(join(folder, 'libvulkan.so.1')) && existsSync(join(folder, 'vk_swiftshader_icd.json')),
);

function run(): Record<string, unknown> {
  const output = execFileSync(
    process.execPath,
    ['--conditions=@diffgan/source', '--import', 'tsx', '--input-type=module', '-e', program],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'], // the Vulkan loader complains
      env: { ...process.env, NODE_OPTIONS: '', ...(drivers && { LD_LIBRARY_PATH: drivers }) },
      cwd: import.meta.dirname,
    },
  );
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

describe('WebGPU in Node', () => {
  it('computes through Dawn, or says what is missing', () => {
    const result = run();
    if (result.name) {
      expect(drivers).toBeUndefined();
      expect(result).toMatchObject({ name: 'BackendError', message: expect.stringMatching(/use "wasm"/i) as string });
      return;
    }
    expect(result.description).toMatch(/^webgpu on .+ \(tfjs-backend-webgpu\)$/);
    expect(result).toMatchObject({ gradient: [49, 56, 49, 56, 64, 56, 49, 56, 49], mixed: [2.5] });
  });
});
