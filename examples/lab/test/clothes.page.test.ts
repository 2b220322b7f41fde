import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readSafetensors } from '@diffgan/files';
import { axeFaults, BuiltLab, number, stepIs } from './built-lab.ts';

let lab: BuiltLab;
beforeAll(async () => {
  lab = await BuiltLab.open();
});
afterEach(() => Promise.all(lab.browser.contexts().map((context) => context.close())));
afterAll(() => lab.close());

const openClothes = async (choices: string, options = {}) => {
  const opened = await lab.open(`#clothes?batch=4&width=4&steps=200&${choices}`, { waits: false, ...options });
  await opened.page.waitForFunction(() => document.querySelector('[data-number=backend]')?.textContent !== '–');
  return opened;
};
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const says = (page: Page, text: RegExp) => page.getByText(text).waitFor({ timeout: 120_000 });
const stepsOf = async (page: Page) => parseInt(await number(page, 'step'));
/** How many levels the canvas of samples has. */
const tones = (page: Page) =>
  page.locator('canvas.pictures').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(data.filter((_, i) => i % 4 === 0)).size;
  });

it('trains, draws and scores; stops, goes on after a reload; saves the run, and loads it elsewhere', async () => {
  const { page, said } = await openClothes('fidEvery=10&fidOf=50');
  expect(await page.getByRole('button', { name: 'Save the run' }).isDisabled()).toBe(true);
  await press(page, 'Train');
  await says(page, /Images: .* of 2\.6 MB|^1?\d of 200/);
  await page.waitForFunction(() => /at step 10$/.test(document.querySelector('[data-number=fid]')!.textContent), null, {
    timeout: 120_000,
  });
  expect(parseFloat(await number(page, 'fid'))).toBeGreaterThan(100); // real clothes have 0.3, noise some 500
  expect(await tones(page)).toBeGreaterThan(3); // an empty canvas has one
  expect(await number(page, 'milliseconds')).toMatch(/^\d+ ms$/);
  expect(await number(page, 'tensors')).toMatch(/^\d+, \d+\.\d MB$/);
  expect(await number(page, 'kept')).toBe('nothing');
  await press(page, 'Stop');
  await says(page, /^Stopped/);
  expect(await number(page, 'kept')).toBe('the state of a run');
  const stopped = await stepsOf(page);
  expect(stopped).toBeGreaterThanOrEqual(10);

  await page.reload();
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Save the run')]);
  const bytes = readFileSync(await file.path());
  const { tensors, metadata } = readSafetensors(bytes);
  expect(metadata.step).toBe(String(stopped));
  expect(Object.keys(tensors)).toContain('generator.average');
  await press(page, 'Go on');
  await says(page, new RegExp(`^Goes on from step ${stopped}\\.`));
  await stepIs(page, (step) => step > 10);
  await press(page, 'Stop');
  await says(page, /^Stopped/);
  expect(said).toEqual([]);

  const { page: other } = await openClothes('fidEvery=10&fidOf=50');
  await other.locator('#clothes-file').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer: bytes });
  await says(other, /^Loaded/);
  await press(other, 'Go on');
  await says(other, new RegExp(`^Goes on from step ${stopped}\\.`));
});

it('trains and scores without a network once it has', async () => {
  const { page } = await openClothes('fidEvery=10&fidOf=50');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 60_000 });
  const scored = () =>
    page.waitForFunction(() => /at step 10$/.test(document.querySelector('[data-number=fid]')!.textContent), null, {
      timeout: 120_000,
    });
  await press(page, 'Train');
  await scored();
  const fid = await number(page, 'fid');
  await page.context().setOffline(true);
  await page.reload();
  await press(page, 'Begin anew');
  await scored();
  expect(await number(page, 'fid')).toBe(fid);
});

it('makes a step with every choice, says what is wrong with a file, and begins anew', async () => {
  const { page } = await openClothes('fidEvery=2000&T=2&schedule=vp&loss=hinge-pairs&r1=0&error=0');
  await page.locator('#clothes-file').setInputFiles({ name: 'a', mimeType: '', buffer: Buffer.from('no safetensors') });
  await says(page, /^Loaded/);
  await press(page, 'Go on');
  await says(page, /^It failed: /);
  await press(page, 'Begin anew');
  await stepIs(page, (step) => step >= 1);
  for (const [name, value] of [
    ['rateG', '0.002'],
    ['rateD', '0.002'],
    ['cseed', '5'],
  ]) {
    await page.locator(`#clothes-${name}`).fill(value);
    await page.locator(`#clothes-${name}`).blur();
  }
  expect(page.url()).toMatch(/cseed=5.*rateG=0\.002.*rateD=0\.002/);
  await stepIs(page, (step) => step >= 1);
});

it('says that its worker failed, and begins anew', async () => {
  const { page } = await openClothes('fidEvery=2000');
  const worker = page.workers().find((one) => one.url().includes('/worker-'))!;
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('no more memory');
    });
  });
  await says(page, /^It failed: the worker ended: .*no more memory/);
  await press(page, 'Begin anew');
  await stepIs(page, (step) => step >= 1);
});

it.each(['light', 'dark'] as const)('has no fault that axe finds, in %s, and fits 360 pixels', async (colorScheme) => {
  const { page } = await openClothes('', { colorScheme, viewport: { width: 360, height: 700 } });
  expect(await axeFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
