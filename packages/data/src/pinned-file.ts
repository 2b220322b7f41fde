import { FileFormatError, gunzip, isGzip } from '@diffgan/files';

/** A file whose contents are known in advance. */
export interface PinnedFile {
  /** File name without `.gz`. */
  readonly name: string;
  /** Size when uncompressed. */
  readonly bytes: number;
  /** SHA-256 of the uncompressed contents: mirrors compress the same data in different ways. */
  readonly sha256: string;
}

/** Uncompresses `bytes` if needed and checks that the result is the pinned file. */
export async function unpackPinned(bytes: Uint8Array, file: PinnedFile, source: string): Promise<Uint8Array> {
  const payload = isGzip(bytes) ? await gunzip(bytes, file.bytes, source) : bytes;
  const digest = await sha256(payload);
  if (digest !== file.sha256)
    throw new FileFormatError(
      `${source}: SHA-256 ${digest} of the ${payload.length} uncompressed bytes is not ${file.sha256}. ` +
        'The file is damaged or another one; delete it and fetch it again.',
    );
  return payload;
}

/** Whether uncompressed bytes are those of the pinned file. */
export const isPinned = async (bytes: Uint8Array, file: PinnedFile): Promise<boolean> =>
  bytes.length === file.bytes && (await sha256(bytes)) === file.sha256;

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
