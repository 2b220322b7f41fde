import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from '../chromium.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

// Pages with these headers may share memory between threads.
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A page of a browser, and a server for the files below a folder. */
export interface ConsumerPage {
  readonly origin: string;
  /** The title that a page gives itself in the end; an error if it fails, or if a line is written in the console. */
  title(address: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens the browser. What pages ask of the public network of packages is answered with the packages that are installed in `home`. */
export async function pageOf(home: string): Promise<ConsumerPage> {
  const server = createServer(({ url = '/' }, response) => {
    const path = join(home, new URL(url, 'http://x').pathname);
    const found = existsSync(path) && statSync(path).isFile();
    const type = types[extname(path)] ?? 'application/octet-stream';
    response.writeHead(found ? 200 : url.endsWith('/favicon.ico') ? 204 : 404, { ...isolation, 'Content-Type': type });
    response.end(found ? readFileSync(path) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
  const context = await browser.newContext();
  await context.route(/^https?:\/\/(?!127\.0\.0\.1)/, async (route) => {
    const [, name, path] =
      /^https:\/\/cdn\.jsdelivr\.net\/npm\/(@diffgan\/[^@/]+)@[^/]+\/(.*)$/.exec(route.request().url()) ?? [];
    const file = join(home, 'node_modules', name ?? '', path ?? '');
    if (name === undefined || !existsSync(file)) return route.abort();
    const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    return route.fulfill({ path: file, headers, contentType: types[extname(file)] ?? 'application/octet-stream' });
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async title(address) {
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      try {
        await page.goto(address);
        const title = await page
          .waitForFunction('document.title !== "drawing" && document.title', undefined, { timeout: 120_000 })
          .then((handle) => handle.jsonValue() as Promise<string>)
          .catch((error: Error) => error.message);
        return said.length === 0 ? title : `${title}, and in the console: ${said.join('; ')}`;
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
