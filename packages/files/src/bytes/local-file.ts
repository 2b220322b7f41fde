import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from './byte-source.ts';

/** Whether `source` is a file of this machine: a path (Node) or a `file:` URL. */
export const isLocal = (source: string | URL): boolean =>
  /^file:/i.test(String(source)) || (isNode() && !/^https?:/i.test(String(source)));

const isNode = () => typeof process !== 'undefined' && Boolean(process.versions?.node);

/** Runs `work` on an open file; an error names the file. The file is closed if that fails, else by `work` or what it returns. */
export async function openLocal<T>(
  source: string | URL,
  work: (handle: FileHandle, file: { path: string; size: number }) => Promise<T>,
): Promise<T> {
  const { constants, open } = process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const path = /^file:/i.test(String(source)) ? fileURLToPath(source) : String(source);
  let handle: FileHandle | undefined;
  try {
    // a pipe without a writer would be waited for; on files O_NONBLOCK does nothing, and Windows has none
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a file but a folder, a pipe or a device');
    return await work(handle, { path, size: stats.size });
  } catch (error) {
    await handle?.close();
    throw error instanceof Error && error.name === 'FileFormatError' ? error : cannotRead(path, error);
  }
}

/** A source of the bytes of a local file. Node only. */
export const fileSource = (source: string | URL): Promise<ByteSource> =>
  openLocal(source, (handle, { path, size }) =>
    Promise.resolve({
      size,
      read: (begin, end) => readSlice(handle, { path, begin, end }),
      close: () => handle.close(),
    }),
  );

async function readSlice(
  handle: FileHandle,
  { path, begin, end }: { path: string; begin: number; end: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - begin);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, begin + done).catch((error: unknown) => {
      throw cannotRead(path, error);
    });
    if (bytesRead === 0) throw cannotRead(path, new Error(`it ended at byte ${begin + done}, before ${end}`));
    done += bytesRead;
  }
  return bytes;
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
};

const cannotRead = (path: string, error: unknown): Error => {
  const { code, message } = error as { code?: string; message: string };
  return new Error(`readBytes: cannot read ${path}: ${(code && reasons[code]) ?? message}`, { cause: error });
};
