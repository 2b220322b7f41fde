import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from '../chromium.ts';
import { contentType } from './serve-folder.ts';

/** What a page did. */
export interface OpenedPage {
  /** The title that it gave itself in the end. */
  title: string;
  /** Bytes of what it loaded from its own origin, gzipped. */
  bytes: number;
}

/** A browser that opens pages of the projects. */
export interface ConsumerBrowser {
  /** Waits until a page gives itself another title; an error if it fails, or if a line is written in the console. */
  open(address: string): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Opens the browser. What pages ask of the public network of packages is answered with the packages that are installed in `home`. */
export async function consumerBrowser(home: string): Promise<ConsumerBrowser> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
  return {
    async open(address) {
      const context = await browser.newContext(); // with an empty cache
      await context.route(/^https?:\/\/(?!127\.0\.0\.1)/, async (route) => {
        const [, name, path] =
          /^https:\/\/cdn\.jsdelivr\.net\/npm\/(@diffgan\/[^@/]+)@[^/]+\/(.*)$/.exec(route.request().url()) ?? [];
        const file = join(home, 'node_modules', name ?? '', path ?? '');
        if (name === undefined || !existsSync(file)) return route.abort();
        const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
        return route.fulfill({ path: file, headers, contentType: contentType(file) });
      });
      const page = await context.newPage();
      const said: string[] = [];
      const loaded: Promise<Buffer>[] = [];
      page.on('response', (response) => {
        if (response.url().startsWith(address)) loaded.push(response.body().catch(() => Buffer.alloc(0)));
      });
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      page.on('requestfailed', (request) => said.push(`${request.url()}: ${request.failure()?.errorText}`));
      try {
        await page.goto(address);
        await page.waitForFunction(() => document.title !== 'drawing', undefined, { timeout: 120_000, polling: 100 });
        const title = await page.title();
        if (said.length > 0) throw new Error(title);
        const sizes = (await Promise.all(loaded)).map((body) => gzipSync(body, { level: 9 }).length);
        return { title, bytes: sizes.reduce((sum, size) => sum + size, 0) };
      } catch (error) {
        throw new Error(`${address}: ${(error as Error).message}\nin the console: ${said.join('\n') || 'nothing'}`, {
          cause: error,
        });
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}
