import { sha256 } from '@diffgan/files';
import { loadPipeline } from '@diffgan/hub';
import { key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';

/** SHA-256 of sixteen images of the shipped model, as WASM draws them on every machine. */
export const golden = 'db38e08904c19f0abe65dcf648e665acc0e65d752880abbc0d6f96297966491d';

/** The same, drawn here. */
export async function sixteenImages(): Promise<string> {
  await selectBackend('wasm', { reproducible: true });
  const pipeline = await loadPipeline(new URL('../../weights/models/fashion-mnist-ddgan', import.meta.url));
  const images = await pipeline.sample({ count: 16, key: key(7) });
  const values = await images.data<'float32'>();
  images.dispose();
  pipeline.dispose();
  return sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
