import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFaults, BuiltLab } from './built-lab.ts';

let lab: BuiltLab;
beforeAll(async () => {
  lab = await BuiltLab.open();
});
afterEach(() => Promise.all(lab.browser.contexts().map((context) => context.close())));
afterAll(() => lab.close());

const lane = (page: Page, name: string) => page.getByRole('region', { name });
const drawn = (page: Page, name: string) => lane(page, name).getByText(': drawn').waitFor({ timeout: 240_000 });

/** Grey levels of the pictures of a lane, without the clear lines between them and each pixel once. */
const levels = (page: Page, name: string): Promise<number[]> =>
  lane(page, name)
    .locator('canvas.pictures')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const found: number[] = [];
      for (let y = 1; y < height; y += 3)
        for (let x = 1; x < width; x += 3) if (data[4 * (y * width + x) + 3] > 0) found.push(data[4 * (y * width + x)]);
      return found;
    });

/** Levels that the command line draws of a seed on WASM, in the order of the rows of one image. */
function levelsOfCommand(seed: number): number[] {
  const out = mkdtempSync(join(tmpdir(), 'diffgan-lab-sample-'));
  try {
    const flags = ['--from', 'shipped', '--backend', 'wasm', '--seed', String(seed), '--count', '1', '--format', 'png'];
    const program = ['--conditions=@diffgan/source', '--import', 'tsx', 'packages/cli/src/main.ts', 'sample'];
    const { status, stderr } = spawnSync(process.execPath, [...program, ...flags, '--out', out], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const [file] = readdirSync(join(out, 'images'));
    return [...decode(readFileSync(join(out, 'images', file))).data];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

it('draws the same picture as the command line, to the byte', async () => {
  const { page, said } = await lab.open('#pictures?pseed=11&count=1', { waits: false });
  await drawn(page, 'DDGAN');
  const found = await levels(page, 'DDGAN');
  expect(found).toHaveLength(28 * 28);
  expect(new Set(found).size).toBeGreaterThan(20);
  expect(found).toEqual(levelsOfCommand(11));
  await expect(lane(page, 'DDGAN').locator('.guesses canvas').count()).resolves.toBe(4);
  expect(said).toEqual([]);
});

it('races four calls against fifty, and keeps the choice through a reload', async () => {
  const { page } = await lab.open('#pictures?count=1', { waits: false });
  await page.locator('#pictures-ddim').check();
  await drawn(page, 'DDIM');
  expect(await lane(page, 'DDIM').locator('.tells').textContent()).toMatch(/^50 calls/);
  expect(await lane(page, 'DDGAN').locator('.tells').textContent()).toMatch(/^4 calls/);
  expect(page.url()).toContain('ddim=on');
  const before = await levels(page, 'DDGAN');
  await page.reload();
  await drawn(page, 'DDIM');
  expect(await levels(page, 'DDGAN')).toEqual(before);
  await page.getByRole('button', { name: 'Others' }).click();
  await page.waitForFunction(() => location.hash.includes('pseed=8'));
  await drawn(page, 'DDGAN');
  expect(await levels(page, 'DDGAN')).not.toEqual(before);
});

it('has no fault that axe finds and fits 360 pixels; works without a network once it has drawn', async () => {
  const { page } = await lab.open('#pictures?count=1', { waits: false, viewport: { width: 360, height: 700 } });
  await drawn(page, 'DDGAN');
  expect(await axeFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 60_000 });
  const before = await levels(page, 'DDGAN');
  await page.context().setOffline(true);
  await page.reload();
  await drawn(page, 'DDGAN');
  expect(await levels(page, 'DDGAN')).toEqual(before);
});
