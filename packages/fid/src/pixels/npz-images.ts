import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { FileFormatError, listed, type NpzReader, openNpz } from '@diffgan/files';

/**
 * The images of an `.npz` file, batch by batch and never all at once: `[n, H, W, C]` bytes, as guided-diffusion stores samples,
 * or floats of 16 or 32 bits.
 *
 * @param source a path, a URL, a `Blob` or the bytes
 * @param options images per batch (default 100), the name of the array (default `'arr_0'`, numpy's own) and a signal
 * @returns batches in [−1, 1] of bytes k ↦ 2k/255 − 1, and floats as they are; the caller disposes each
 * @throws FileFormatError when there is no such array or it holds no images
 * @example
 * ```ts
 * const file = writeNpz({ arr_0: { shape: [2, 8, 8, 3], data: new Uint8Array(384) } });
 * for await (const images of npzImages(file)) images.dispose(); // [2, 8, 8, 3]
 * ```
 */
export async function* npzImages(
  source: string | URL | Blob | Uint8Array,
  { batch = 100, name = 'arr_0', signal }: { batch?: number; name?: string; signal?: AbortSignal } = {},
): AsyncGenerator<Tensor4D, void> {
  const file = await openNpz(source, { signal });
  try {
    assertImageArray(file, name);
    for await (const { shape, data } of file.rows(name, { batch })) {
      signal?.throwIfAborted();
      const pixels = data instanceof Uint8Array ? Float32Array.from(data, (k) => (2 * k) / 255 - 1) : data;
      yield tensor4d(pixels as Float32Array, shape as [number, number, number, number]);
    }
  } finally {
    await file.close();
  }
}

function assertImageArray({ entries, unreadable }: NpzReader, name: string): void {
  if (name in unreadable) throw unreadable[name];
  const entry = entries[name];
  const found = entry
    ? `${entry.dtype} of shape [${entry.shape}]`
    : `not among ${listed([...Object.keys(entries), ...Object.keys(unreadable)])}`;
  if (entry?.shape.length !== 4 || !['|u1', '<f4', '>f4', '<f2', '>f2'].includes(entry.dtype))
    throw new FileFormatError(
      `npzImages: '${name}' is ${found}; images are uint8, float16 or float32 of shape [n, height, width, channels]: ` +
        'numpy.savez(file, images).',
    );
}
