import { unpackPinned, type PinnedFile } from './pinned-file.ts';
import { readStream } from './read-stream.ts';

/** Options of {@link downloadPinned}. */
export interface DownloadOptions {
  /** Folder URLs, tried in this order. */
  mirrors: readonly string[];
  onNote?: (note: string) => void;
  signal?: AbortSignal;
}

/** A pinned file as it came (compressed) and what is in it (checked). */
export interface Download {
  readonly packed: Uint8Array;
  readonly payload: Uint8Array;
}

const gzipSlack = 1 << 16; // deflate of incompressible data grows by a few bytes per block

/** Fetches `<mirror>/<name>.gz` from the first mirror that has the pinned contents. */
export async function downloadPinned(
  file: PinnedFile,
  { mirrors, onNote, signal }: DownloadOptions,
): Promise<Download> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const url = `${mirror}/${file.name}.gz`;
    try {
      onNote?.(`downloading ${url}`);
      const response = await fetch(url, { signal });
      if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
      const packed = await readStream(response.body, file.bytes + gzipSlack, url);
      return { packed, payload: await unpackPinned(packed, file, url) };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(`${url}: ${reason(error)}`);
    }
  }
  throw new Error(`${file.name} could not be downloaded:\n  ${failures.join('\n  ')}`);
}

/** `fetch` says only "fetch failed"; what happened is in the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
