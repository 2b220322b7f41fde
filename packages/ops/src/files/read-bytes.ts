import { FileFormatError } from './file-format-error.ts';

/** Options of `readBytes`. */
export interface ReadBytesOptions {
  /** Larger files are refused before they are read; 2 GiB unless told. */
  maxBytes?: number;
  /** Ends a download early. */
  signal?: AbortSignal;
}

/**
 * Reads a whole file: a path, a `file:` URL (Node), or an `http:`/`https:` URL. In a browser a relative path is a URL too.
 *
 * @throws FileFormatError when the file is larger than `maxBytes`; Error naming the file when it cannot be read.
 * @example
 * ```ts
 * import { readBytes } from '@diffgan/ops/files';
 * const bytes = await readBytes('package.json', { maxBytes: 1e6 });
 * ```
 */
export async function readBytes(source: string | URL, options: ReadBytesOptions = {}): Promise<Uint8Array> {
  const { maxBytes = 2 ** 31, signal } = options;
  signal?.throwIfAborted();
  const address = String(source);
  const local = /^file:/i.test(address) || (isNode() && !/^https?:/i.test(address));
  return local ? readLocal(source, maxBytes) : download(address, maxBytes, signal);
}

const isNode = () => typeof process !== 'undefined' && Boolean(process.versions?.node);

function assertSize(address: string, size: number, maxBytes: number): void {
  if (size > maxBytes)
    throw new FileFormatError(
      `readBytes: ${address} has ${size} bytes, more than the ${maxBytes} allowed; is it the right file?`,
    );
}

async function readLocal(source: string | URL, maxBytes: number): Promise<Uint8Array> {
  const { open } = await import('node:fs/promises');
  const { fileURLToPath } = await import('node:url');
  const path = /^file:/i.test(String(source)) ? fileURLToPath(source) : String(source);
  let handle;
  try {
    handle = await open(path, 'r');
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    assertSize(path, stats.size, maxBytes);
    const buffer = await handle.readFile();
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    if (error instanceof FileFormatError) throw error;
    throw new Error(`readBytes: cannot read ${path}: ${reason(error)}`, { cause: error });
  } finally {
    await handle?.close();
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
};

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return (code && reasons[code]) ?? message;
}

async function download(address: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`readBytes: cannot reach ${address}: ${reason(error)}`, { cause: error });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`readBytes: ${address} answered ${response.status} ${response.statusText}`);
  }
  try {
    assertSize(address, Number(response.headers.get('content-length') ?? 0), maxBytes);
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  return collect(address, response, maxBytes);
}

/** Reads the body piece by piece, since a server need not tell the length, nor the truth. */
async function collect(address: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    size += next.value.length;
    if (size > maxBytes) await reader?.cancel();
    assertSize(address, size, maxBytes);
    pieces.push(next.value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
