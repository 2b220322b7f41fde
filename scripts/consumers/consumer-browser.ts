import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from '../chromium.ts';
import { contentType } from './serve-folder.ts';

/** A browser that opens pages of the projects. */
export interface ConsumerBrowser {
  /** The title that a page gives itself in the end; an error if it fails, or if a line is written in the console. */
  title(address: string): Promise<string>;
  close(): Promise<void>;
}

/** Opens the browser. What pages ask of the public network of packages is answered with the packages that are installed in `home`. */
export async function consumerBrowser(home: string): Promise<ConsumerBrowser> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
  return {
    async title(address) {
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
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      page.on('requestfailed', (request) => said.push(`${request.url()}: ${request.failure()?.errorText}`));
      try {
        await page.goto(address);
        await page.waitForFunction(() => document.title !== 'drawing', undefined, { timeout: 120_000, polling: 100 });
        const title = await page.title();
        if (said.length > 0) throw new Error(title);
        return title;
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
