import { loadPipeline } from '@diffgan/hub';
import { key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';

/** What every project here does: sixteen images, told by their SHA-256. */
export async function draw(options) {
  await selectBackend('wasm', { reproducible: true, ...options });
  const pipeline = await loadPipeline('fashion-mnist-distil');
  const images = await pipeline.sample({ count: 16, key: key(7) });
  const hash = await crypto.subtle.digest('SHA-256', await images.data());
  images.dispose();
  pipeline.dispose();
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
