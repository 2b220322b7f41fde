import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** The type of a file by its name. */
export const contentType = (file: string): string => types[extname(file)] ?? 'application/octet-stream';

// Pages with these headers may share memory between threads.
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves the files of a folder from an origin of its own, as a static host does. */
export async function serveFolder(folder: string): Promise<{ origin: string; close: () => void }> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://x');
    const file = join(folder, pathname === '/' ? 'index.html' : pathname);
    const found = existsSync(file) && statSync(file).isFile();
    const status = found ? 200 : pathname === '/favicon.ico' ? 204 : 404;
    response.writeHead(status, { ...isolation, 'Content-Type': contentType(file) });
    response.end(found ? readFileSync(file) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
