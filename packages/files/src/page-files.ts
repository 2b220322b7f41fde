const scheme = /^opfs:\/*/i;

/**
 * Whether an address names a file in the Origin Private File System of a page.
 *
 * @example
 * ```ts
 * import { isPageFile } from '@diffgan/files';
 * isPageFile('opfs:runs/mine/checkpoint.safetensors'); // true
 * ```
 */
export const isPageFile = (source: string | URL): boolean => scheme.test(String(source));

/**
 * The file behind an `opfs:` address.
 *
 * @throws Error naming the address when there is none.
 */
export async function openPageFile(address: string | URL): Promise<File> {
  try {
    return await (await handleOf(address, false)).getFile();
  } catch (cause) {
    throw new Error(`readBytes: cannot read ${String(address)}: ${reasonOf(cause)}`, { cause });
  }
}

/** Writes a file, whole or not at all; the folders it lies in are made. */
export async function writePageFile(address: string | URL, content: Uint8Array | string): Promise<void> {
  try {
    const writable = await (await handleOf(address, true)).createWritable();
    try {
      await writable.write(content as Uint8Array<ArrayBuffer> | string); // of a shared buffer the browser says so
    } catch (error) {
      await writable.abort();
      throw error;
    }
    await writable.close();
  } catch (cause) {
    throw new Error(`cannot write ${String(address)}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Whether there is a file behind an `opfs:` address.
 *
 * @example
 * ```ts
 * import { pageFileExists } from '@diffgan/files';
 * await pageFileExists('opfs:runs/mine/checkpoint.safetensors'); // false in Node, and in pages that have not written it
 * ```
 */
export const pageFileExists = async (address: string): Promise<boolean> =>
  openPageFile(address).then(
    () => true,
    () => false,
  );

/**
 * Removes the file behind an `opfs:` address, if there is one.
 *
 * @example
 * ```ts
 * import { removePageFile } from '@diffgan/files';
 * await removePageFile('opfs:runs/mine/checkpoint.safetensors');
 * ```
 */
export async function removePageFile(address: string): Promise<void> {
  if (!(await pageFileExists(address))) return;
  const { folder, name } = await placeOf(address, false);
  await folder.removeEntry(name);
}

async function handleOf(address: string | URL, create: boolean): Promise<FileSystemFileHandle> {
  const { folder, name } = await placeOf(address, create);
  return folder.getFileHandle(name, { create });
}

async function placeOf(
  address: string | URL,
  create: boolean,
): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
  if (typeof navigator !== 'object' || typeof navigator.storage?.getDirectory !== 'function')
    throw new Error('only pages and workers of a secure origin have such files (https or localhost)');
  const path = String(address).replace(scheme, '').split('/');
  const name = path[path.length - 1];
  let folder = await navigator.storage.getDirectory();
  for (const part of path.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create });
  return { folder, name };
}

function reasonOf(cause: unknown): string {
  const { name, message } = cause as Error;
  if (name === 'NotFoundError') return 'there is no such file';
  return name === 'QuotaExceededError' ? 'the browser gives this page no more space; remove something' : message;
}
