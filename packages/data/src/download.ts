import { readBytes } from '@diffgan/files';
import { type PinnedFile, unpackPinned } from './pinned-file.ts';

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
      const packed = await readBytes(url, { maxBytes: file.bytes + gzipSlack, signal });
      return { packed, payload: await unpackPinned(packed, file, url) };
    } catch (error) {
      signal?.throwIfAborted();
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `fashionMnist: ${file.name} could not be downloaded. Connect to the internet, or pass a folder that has it as \`dir\`. ` +
      `Tried:\n  ${failures.join('\n  ')}`,
  );
}
