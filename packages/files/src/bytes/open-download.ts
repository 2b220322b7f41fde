import { request } from './download.ts';
import { collect } from './read-bytes.ts';

/** A file on its way from a server: what it says of it, and its bytes, if they are wanted. */
export interface Download {
  /** What the server says. */
  readonly headers: Headers;
  /** Bytes of the file; undefined if the server does not tell. */
  readonly size: number | undefined;
  /**
   * Reads it to its end.
   *
   * @throws FileFormatError when there are more than `maxBytes`; Error naming the address when the connection breaks.
   */
  bytes(options: { maxBytes: number; onProgress?: (loaded: number) => void }): Promise<Uint8Array<ArrayBuffer>>;
  /** Gives up. */
  cancel(): Promise<void>;
}

/**
 * Asks for a file and reads no more than the head of the answer. The caller reads or cancels.
 *
 * @param address `http:` or `https:`; in a browser it may be relative to the page.
 * @throws DownloadError naming the address when nobody answers, or with another status than success.
 * @example
 * ```ts
 * import { openDownload } from '@diffgan/files';
 * const download = await openDownload('data:text/plain,abc'); // or 'https://example.org/model.safetensors'
 * await download.bytes({ maxBytes: 1e9, onProgress: (loaded) => console.log(loaded, download.size) }); // 3 bytes
 * ```
 */
export async function openDownload(
  address: string | URL,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Download> {
  signal?.throwIfAborted();
  const response = await request(String(address), { signal });
  const { headers } = response;
  // The length of a compressed answer is not that of the file.
  const length = headers.has('content-encoding') ? null : headers.get('content-length');
  return {
    headers,
    size: length === null ? undefined : Number(length),
    bytes: ({ maxBytes, onProgress }) => collect(String(address), response, maxBytes, onProgress),
    cancel: async () => response.body?.cancel(),
  };
}
