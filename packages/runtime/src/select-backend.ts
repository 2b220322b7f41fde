import * as tf from '@tensorflow/tfjs-core';

export async function selectBackend(preference = 'tensorflow', _options: { allowSoftware?: boolean } = {}): Promise<void> {
  if (preference === 'tensorflow') await import('@tensorflow/tfjs-node');
  if (preference === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (preference === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (preference === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend(preference);
  await tf.ready();
}
