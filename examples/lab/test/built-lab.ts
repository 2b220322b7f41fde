import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { chromiumArguments, findChromium } from '../../../scripts/chromium.ts';
import { serveFolder } from '../../../scripts/consumers/serve-folder.ts';

/** A page of the built laboratory, and what it said in the console. */
export interface LabPage {
  readonly page: Page;
  readonly said: readonly string[];
  /** Gzipped bytes of what it loaded so far. */
  readonly bytes: () => Promise<number>;
}

/** The laboratory as it is built, served as a static host does, in Chromium. */
export class BuiltLab {
  private constructor(
    readonly browser: Browser,
    readonly origin: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<BuiltLab> {
    const site = await serveFolder(inject('lab'));
    const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
    return new BuiltLab(browser, site.origin, async () => {
      await browser.close();
      site.close();
    });
  }

  /** Opens an address in a context of its own, with an empty cache, and waits for the first picture unless told not to. */
  async open(
    address: string,
    { waits = true, ...options }: BrowserContextOptions & { waits?: boolean } = {},
  ): Promise<LabPage> {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    const said: string[] = [];
    const loaded: Promise<Buffer>[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('response', (response) => loaded.push(response.body().catch(() => Buffer.alloc(0))));
    await page.goto(`${this.origin}/${address}`);
    if (waits) await stepIs(page, (step) => step === 0);
    const bytes = async () =>
      (await Promise.all(loaded)).reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
    return { page, said, bytes };
  }
}

/** The numbers of the first training as the page shows them. */
export const number = async (page: Page, name: string): Promise<string> =>
  (await page.locator(`.run [data-number=${name}]`).first().textContent()) ?? '';

/** Waits until the number of steps is as wanted. */
export async function stepIs(page: Page, wanted: (step: number) => boolean): Promise<void> {
  const shows = `(${String(wanted)})(parseInt(document.querySelector('[data-number=step]')?.textContent))`;
  await page.waitForFunction(
    `document.querySelector('[data-number=step]')?.textContent !== '–' && ${shows}`,
    undefined,
    {
      timeout: 120_000,
      polling: 50,
    },
  );
}

/** What axe finds wrong on a page. */
export async function axeFaults(page: Page): Promise<[rule: string, elements: string[]][]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  if (passes.length < 15) throw new Error(`axe looked at ${passes.length} rules only`);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
