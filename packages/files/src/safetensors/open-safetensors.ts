import { isShardIndex, openShards } from './open-shards.ts';
import { openSingle, type SafetensorsReader } from './open-single.ts';

/** Options of `openSafetensors`. */
export interface OpenSafetensorsOptions {
  /** Ends a download early. */
  signal?: AbortSignal;
}

/**
 * Opens a safetensors file to read its tensors one by one, so that no more of it than one tensor need be in memory: slices of a local
 * file or a `Blob`, the body of one download as it comes (ranges when read in another order), or the bytes. A name that ends in
 * `.index.json` stands for the files it lists, which must lie beside it. Nothing in a file is trusted.
 *
 * @param source a path, a `file:` URL (Node), an `http(s):` URL, a `Blob` such as a chosen `File`, or the bytes.
 * @returns a reader that the caller closes.
 * @throws FileFormatError naming what is wrong with the file; Error naming the file when it cannot be read.
 * @example
 * ```ts
 * import { openSafetensors, writeSafetensors } from '@diffgan/files';
 * const file = await openSafetensors(writeSafetensors({ w: { shape: [2], data: Float32Array.of(1, 2) } }));
 * const { data } = await file.read('w');
 * await file.close();
 * ```
 */
export async function openSafetensors(
  source: string | URL | Blob | Uint8Array,
  { signal }: OpenSafetensorsOptions = {},
): Promise<SafetensorsReader> {
  return isShardIndex(source) ? openShards(source, signal) : openSingle(source, signal);
}
