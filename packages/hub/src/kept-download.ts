import { type Download, DownloadError, FileFormatError, openDownload, sha256 as digest } from '@diffgan/files';
import type { DownloadStore, KeptFile } from './download-store.ts';

/** How a file is fetched. */
export interface DownloadOptions {
  maxBytes: number;
  signal?: AbortSignal;
  /** Called with the bytes that are there, and how many there are in all, if the server tells. */
  onProgress?: (loaded: number, total: number | undefined) => void;
  /** The SHA-256 that it must have, if it is known. */
  sha256?: string;
  /** Where it is kept. */
  store?: DownloadStore;
}

/**
 * The bytes of a file behind an address. One that was kept is taken if it is whole, and is the one whose SHA-256 is known, or the one that
 * the server has; without a connection, in any case. Otherwise it is downloaded, checked and kept.
 *
 * @throws FileFormatError when it is another file than the known one, or larger than allowed; DownloadError when it cannot be had.
 */
export async function keptDownload(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const { sha256, signal, store, onProgress } = options;
  const kept = await store?.find(address).catch(() => undefined);
  const keptBytes = async (file: KeptFile) => {
    const bytes = await wholeBytes(file);
    if (bytes) onProgress?.(bytes.length, bytes.length);
    return bytes;
  };
  if (kept && kept.sha256 === sha256) {
    const bytes = await keptBytes(kept);
    if (bytes) return bytes;
  }
  let download: Download;
  try {
    download = await openDownload(address, { signal });
  } catch (error) {
    const bytes = kept && sha256 === undefined && isOutage(error) ? await keptBytes(kept) : undefined;
    if (bytes) return bytes;
    throw error;
  }
  const mark = markOf(download.headers);
  if (kept && sha256 === undefined && mark !== '' && kept.mark === mark) {
    const bytes = await keptBytes(kept);
    if (bytes) {
      await download.cancel();
      return bytes;
    }
  }
  return fetched(address, { download, mark }, options);
}

/** The server does not answer, or not now. */
const isOutage = (error: unknown): boolean =>
  error instanceof DownloadError && (error.status === undefined || error.status >= 500);

/** What tells one version of a file from another, of what servers say of it. */
const markOf = (headers: Headers): string =>
  ['etag', 'last-modified'].flatMap((name) => headers.get(name) ?? []).join(' ');

async function wholeBytes(kept: KeptFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await kept.bytes().catch(() => undefined);
  return bytes && (await digest(bytes)) === kept.sha256 ? bytes : undefined;
}

async function fetched(
  address: string,
  { download, mark }: { download: Download; mark: string },
  { maxBytes, onProgress, sha256, store }: DownloadOptions,
): Promise<Uint8Array> {
  const { size } = download;
  if (size !== undefined && size > maxBytes) {
    await download.cancel();
    throw new FileFormatError(`${address} has ${size} bytes, more than the ${maxBytes} allowed; is it the right file?`);
  }
  const bytes = await download.bytes({ maxBytes, onProgress: (loaded) => onProgress?.(loaded, size) });
  if (size !== undefined && size !== bytes.length)
    throw new DownloadError(`${address}: ${bytes.length} of ${size} bytes came; try again`, undefined);
  if (typeof crypto.subtle !== 'object') return bytes; // pages without https can check nothing
  const found = await digest(bytes);
  if (sha256 !== undefined && found !== sha256)
    throw new FileFormatError(
      `${address} is another file than the one that this version knows (its SHA-256 is ${found}, not ${sha256}); fetch it again, or install the version of @diffgan/weights that it belongs to`,
    );
  await store?.keep(address, bytes, { sha256: found, mark }).catch(() => undefined); // a full disk keeps nobody from drawing
  return bytes;
}
