import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DownloadError, FileFormatError, sha256 as digest } from '@diffgan/files';
import { downloadStore } from '../src/download-store.ts';
import { type DownloadOptions, keptDownload } from '../src/kept-download.ts';

let server: Server;
let address: string;
let content: Uint8Array<ArrayBuffer>;
let tag: string | undefined;
let status: number;
let asked: number;
let cache: string;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked++;
    response.writeHead(status, { 'Content-Length': content.length, ...(tag && { ETag: tag }) });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.safetensors`;
});
afterAll(() => server.close());
beforeEach(async () => {
  [content, tag, status, asked] = [Uint8Array.of(1, 2, 3), '"one"', 200, 0];
  cache = await mkdtemp(join(tmpdir(), 'diffgan-kept-'));
  vi.stubEnv('DIFFGAN_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

const get = (options: Partial<DownloadOptions> = {}) =>
  keptDownload(address, { maxBytes: 100, store: downloadStore(), ...options }).then((bytes) => [...bytes]);

describe('a file whose SHA-256 is known', () => {
  it('is downloaded once, and then read without a request', async () => {
    const sha256 = await digest(content);
    const progress: unknown[] = [];
    const onProgress = (...told: unknown[]) => progress.push(told);
    expect(await get({ sha256, onProgress })).toEqual([1, 2, 3]);
    expect(await get({ sha256, onProgress })).toEqual([1, 2, 3]);
    expect(asked).toBe(1);
    expect(progress).toEqual([[3, 3], [3, 3]]); // prettier-ignore
  });

  it('is refused if it is another one, and not kept', async () => {
    const wrong = get({ sha256: '0'.repeat(64) });
    await expect(wrong).rejects.toThrow(FileFormatError);
    await expect(wrong).rejects.toThrow(/another file than the one that this version knows/);
    expect(await readdir(cache)).toEqual([]);
  });

  it('is downloaded again if what was kept is damaged', async () => {
    const sha256 = await digest(content);
    await get({ sha256 });
    const [kept] = (await readdir(join(cache, 'models'))).filter((name) => name.endsWith('.bin'));
    await writeFile(join(cache, 'models', kept), Uint8Array.of(1, 2, 4));
    expect(await get({ sha256 })).toEqual([1, 2, 3]);
    expect(asked).toBe(2);
  });
});

describe('any other file', () => {
  it('is taken as it was kept if the server has the same version, and fetched if it has another', async () => {
    await get();
    content = Uint8Array.of(9, 9, 9); // under the old mark: not read
    expect(await get()).toEqual([1, 2, 3]);
    tag = '"two"';
    expect(await get()).toEqual([9, 9, 9]);
  });

  it('is fetched each time where the server tells nothing of its versions, and where nothing is kept', async () => {
    tag = undefined;
    await get();
    content = Uint8Array.of(4);
    expect(await get()).toEqual([4]);
    expect(await get({ store: undefined })).toEqual([4]);
  });

  it('is there when the server is not', async () => {
    await get();
    status = 503;
    expect(await get()).toEqual([1, 2, 3]);
    const closed = address.replace(/:\d+/, ':9');
    await expect(keptDownload(closed, { maxBytes: 100, store: downloadStore() })).rejects.toThrow(DownloadError);
    status = 404;
    await expect(get()).rejects.toThrow(/answered 404/);
  });

  it('is refused if it is too large, and given up when aborted', async () => {
    await expect(get({ maxBytes: 2 })).rejects.toThrow(/has 3 bytes, more than the 2 allowed/);
    await expect(get({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
