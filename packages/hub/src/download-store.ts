import { cacheDir, readBytes, sha256, writeAtomically } from '@diffgan/files';
import { isNode } from './is-node.ts';

/** What is noted of a file that was kept. */
export interface KeptNote {
  /** Of its bytes, in hexadecimal. */
  sha256: string;
  /** What the server said of this version of it; empty if it said nothing. */
  mark: string;
}

/** A file that was kept. */
export interface KeptFile extends KeptNote {
  /** Its bytes, as far as they are still there. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where downloads are kept, by their addresses. What it gives may have been damaged since. */
export interface DownloadStore {
  find(address: string): Promise<KeptFile | undefined>;
  keep(address: string, bytes: Uint8Array<ArrayBuffer>, note: KeptNote): Promise<void>;
}

/** The store of this place: the cache of this user in Node, that of the page's origin in browsers; none where neither is. */
export function downloadStore(): DownloadStore | undefined {
  if (isNode()) return folderStore;
  return typeof caches === 'object' ? pageStore : undefined; // pages without https have none
}

const CACHE = 'diffgan-models';
const [HASH, MARK] = ['x-diffgan-sha256', 'x-diffgan-mark'];

const pageStore: DownloadStore = {
  async find(address) {
    const response = await (await caches.open(CACHE)).match(address);
    const sha256 = response?.headers.get(HASH);
    if (!response || !sha256) return undefined;
    const mark = response.headers.get(MARK) ?? '';
    return { sha256, mark, bytes: async () => new Uint8Array(await response.arrayBuffer()) };
  },
  async keep(address, bytes, { sha256, mark }) {
    const response = new Response(bytes, { headers: { [HASH]: sha256, [MARK]: mark } });
    await (await caches.open(CACHE)).put(address, response);
  },
};

const MAX_NOTE_BYTES = 1 << 16;

const folderStore: DownloadStore = {
  async find(address) {
    const place = await placeOf(address);
    const { existsSync } = process.getBuiltinModule('node:fs');
    if (!existsSync(`${place}.json`)) return undefined;
    const text = new TextDecoder().decode(await readBytes(`${place}.json`, { maxBytes: MAX_NOTE_BYTES }));
    const { sha256, mark } = JSON.parse(text) as Record<string, unknown>;
    const bytes = async () => (await readBytes(`${place}.bin`)) as Uint8Array<ArrayBuffer>;
    return { sha256: String(sha256), mark: String(mark), bytes };
  },
  async keep(address, bytes, { sha256, mark }) {
    const place = await placeOf(address);
    const { mkdir } = process.getBuiltinModule('node:fs/promises');
    const path = process.getBuiltinModule('node:path');
    await mkdir(path.dirname(place), { recursive: true });
    await writeAtomically(`${place}.bin`, bytes);
    await writeAtomically(`${place}.json`, `${JSON.stringify({ address, sha256, mark }, null, 2)}\n`);
  },
};

async function placeOf(address: string): Promise<string> {
  const path = process.getBuiltinModule('node:path');
  const name = await sha256(address);
  return path.join(cacheDir(), 'models', name);
}
