import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFaults, BuiltLab, number } from './built-lab.ts';
import { conditionalModel } from './conditional-model.ts';

let lab: BuiltLab;
beforeAll(async () => {
  lab = await BuiltLab.open();
});
afterEach(() => Promise.all(lab.browser.contexts().map((context) => context.close())));
afterAll(() => lab.close());

const SIDE = 28;
const STUDENT = 'Distilled';
const openPictures = (choices: string, options = {}) =>
  lab.open(`#pictures?count=1&${choices}`, { waits: false, ...options });
const lane = (page: Page, name: string) => page.getByRole('region', { name });
const drawn = (page: Page, name = STUDENT) =>
  page.locator(`section[aria-label^="${name}"][aria-busy=false]`).waitFor({ timeout: 240_000 });

/** Does something that draws again, and waits until it has. */
async function redrawn(page: Page, act: () => Promise<unknown>, name = STUDENT): Promise<number[]> {
  await act();
  await drawn(page, name);
  return levels(page, name);
}

/** Grey levels of the pictures of a lane, without the clear lines between them. */
const levels = (page: Page, name = STUDENT, canvas = 'canvas.pictures'): Promise<number[]> =>
  lane(page, name)
    .locator(canvas)
    .last()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, i) => i % 4 === 0 && data[i + 3] > 0);
    });

/** Levels that the command line draws of a seed on WASM, in the order of the rows of one image. */
function levelsOfCommand(model: string, seed: number, ...more: string[]): number[] {
  const out = mkdtempSync(join(tmpdir(), 'diffgan-lab-sample-'));
  try {
    const flags = [
      '--from',
      model,
      '--backend',
      'wasm',
      '--seed',
      String(seed),
      '--count',
      '1',
      '--format',
      'png',
      ...more,
    ];
    const program = ['--conditions=@diffgan/source', '--import', 'tsx', 'packages/cli/src/main.ts', 'sample'];
    const { status, stderr } = spawnSync(process.execPath, [...program, ...flags, '--out', out], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const [file] = readdirSync(join(out, 'images'));
    return [...decode(readFileSync(join(out, 'images', file))).data];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The mean of the levels in columns from … to. */
function meanOf(found: readonly number[], from: number, to: number): number {
  const inside = found.filter((_, i) => i % SIDE >= from && i % SIDE < to);
  return inside.reduce((a, b) => a + b, 0) / inside.length;
}

it('draws the same pictures as the command line, to the byte, and shows the chain that leads to them', async () => {
  const { page, said } = await openPictures('pseed=11&ddgan=on');
  await drawn(page);
  await drawn(page, 'DDGAN');
  const found = await levels(page);
  expect(found).toHaveLength(SIDE * SIDE);
  expect(new Set(found).size).toBeGreaterThan(20);
  expect(found).toEqual(levelsOfCommand('fashion-mnist-distil', 11));
  expect(await levels(page, 'DDGAN')).toEqual(levelsOfCommand('fashion-mnist-ddgan', 11));
  // x_T … x_1 above their guesses, then x_0.
  const columns = lane(page, STUDENT).locator('.chain > div');
  const heights = await columns.evaluateAll((all) => all.map((column) => column.children.length));
  expect(heights).toEqual([2, 2, 2, 2, 1]);
  expect(await levels(page, STUDENT, '.chain canvas')).toEqual(found);
  expect(said).toEqual([]);
});

it('races four calls against fifty, says what they take, and keeps the choice through a reload', async () => {
  const { page } = await openPictures('');
  await page.locator('#pictures-ddim').check();
  await drawn(page, 'DDIM');
  expect(await lane(page, 'DDIM').locator('.tells').textContent()).toMatch(/^50 calls/);
  expect(await lane(page, STUDENT).locator('.tells').textContent()).toMatch(/^4 calls/);
  expect(await number(page, 'backend')).toMatch(/^wasm on CPU.* threads/);
  expect(await number(page, 'tensors')).toMatch(/^\d{3,}, \d+\.\d MB$/);
  expect(await number(page, 'calls')).toMatch(/^Distilled, 4 calls: \d+ ms; DDIM, 50 calls: \d+ ms$/);
  expect(page.url()).toContain('ddim=on');
  const before = await levels(page);
  await page.reload();
  await drawn(page, 'DDIM');
  expect(await levels(page)).toEqual(before);
});

it('goes by a slider to the pictures of the next seed, which “Others” draws', async () => {
  const { page } = await openPictures('pseed=3');
  await drawn(page);
  const here = await levels(page);
  const slider = page.locator('#pictures-between');
  const middle = await redrawn(page, () => slider.fill('0.5'));
  const there = await redrawn(page, () => slider.press('End'));
  expect(page.url()).toContain('between=1');
  await redrawn(page, () => slider.press('Home'));
  const next = await redrawn(page, () => page.getByRole('button', { name: 'Others' }).click());
  expect(page.url()).toContain('pseed=4');
  expect(there).toEqual(next);
  for (const end of [here, there]) expect(middle).not.toEqual(end);
});

it('has no buttons for classes where no network is told one', async () => {
  const { page } = await openPictures('class=bag');
  await drawn(page);
  expect(await page.getByRole('group', { name: 'Class' }).count()).toBe(0);
});

it('draws the class that is chosen by buttons or keys, as the command line does, in strokes and parts too', async () => {
  const model = await conditionalModel();
  try {
    const { page } = await openPictures('pseed=5&student=off&ddgan=off', { serviceWorkers: 'block' });
    await page.route(/models\/fashion-mnist-ddgan\//, (route) =>
      route.fulfill({ path: join(model.folder, route.request().url().split('fashion-mnist-ddgan/')[1]) }),
    );
    const redrawnDdgan = (act: () => Promise<unknown>) => redrawn(page, act, 'DDGAN');
    const first = await redrawnDdgan(() => page.locator('#pictures-ddgan').check());
    const button = (name: string) => page.getByRole('radio', { name, exact: true });
    expect(await page.getByRole('radio').count()).toBe(11);
    expect(await button('any').isChecked()).toBe(true);
    expect(await axeFaults(page)).toEqual([]);
    expect(first).toEqual(levelsOfCommand(model.folder, 5));
    // Of one picture, any class is the first in turn.
    expect(await redrawnDdgan(() => page.getByText('T-shirt/top', { exact: true }).click())).toEqual(first);
    const bag = await redrawnDdgan(() => page.getByText('bag', { exact: true }).click());
    expect(page.url()).toContain('class=bag');
    expect(bag).not.toEqual(first);
    expect(bag).toEqual(levelsOfCommand(model.folder, 5, '--labels', '8'));
    const boot = await redrawnDdgan(() => button('bag').press('ArrowRight'));
    expect(await button('ankle boot').isChecked()).toBe(true);
    expect(boot).toEqual(levelsOfCommand(model.folder, 5, '--labels', '9'));
    await page.reload();
    await drawn(page, 'DDGAN');
    expect(await button('ankle boot').isChecked()).toBe(true);
    expect(await levels(page, 'DDGAN')).toEqual(boot);
    // A part of it anew, of which nothing is painted: it stays.
    expect(await redrawnDdgan(() => page.locator('#pictures-edit').selectOption('fill'))).toEqual(boot);
    const ofStrokes = await redrawnDdgan(() => page.locator('#pictures-edit').selectOption('strokes'));
    expect(await redrawnDdgan(() => page.getByText('dress', { exact: true }).click())).not.toEqual(ofStrokes);
    await page.locator('#pictures-ddgan').uncheck();
    await page.getByRole('group', { name: 'Class' }).waitFor({ state: 'hidden' });
  } finally {
    model.remove();
  }
});

it('makes pictures of strokes, by pointer, that follow them the more the less noise is put on', async () => {
  const { page } = await openPictures('edit=strokes&size=8&share=0.25');
  await drawn(page);
  const board = page.locator('canvas.board');
  const box = (await board.boundingBox())!;
  const empty = await levels(page);
  const followed = await redrawn(page, async () => {
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.1 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.9 * box.height); // quickly: what lies between is painted, too
    await page.mouse.up();
  });
  expect(page.url()).toMatch(/painting=[\w-]{20}/);
  const contrast = (found: readonly number[]) => meanOf(found, 2, 9) - meanOf(found, 15, 28);
  expect(contrast(followed)).toBeGreaterThan(100);
  expect(contrast(empty)).toBeLessThan(50);
  const free = await redrawn(page, () => page.locator('#pictures-share').press('End'));
  expect(contrast(free)).toBeLessThan(contrast(followed) / 2);
  // Without colour the brush erases.
  await page.locator('#pictures-tone').selectOption('none');
  expect(await redrawn(page, () => page.locator('#pictures-share').fill('0.25'))).toEqual(followed);
  const middle = { x: 0.2 * box.width, y: 0.5 * box.height };
  const cut = await redrawn(page, () => board.click({ position: middle }));
  expect(meanOf(cut, 2, 9)).toBeLessThan(meanOf(followed, 2, 9) - 20);
  expect(await redrawn(page, () => page.getByRole('button', { name: 'Erase the painting' }).click())).toEqual(empty);
});

it('draws a part anew, which keys can paint, and leaves the rest', async () => {
  const { page } = await openPictures('pseed=5');
  await drawn(page);
  const before = await levels(page);
  await page.locator('#pictures-edit').selectOption('fill');
  await page.locator('#pictures-size').fill('8');
  await page.locator('#pictures-size').blur();
  const after = await redrawn(page, async () => {
    await page.locator('canvas.board').focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
  });
  await page.getByText('column 11, row 16').waitFor();
  const changed = after.flatMap((level, i) => (level === before[i] ? [] : [i]));
  expect(changed.length).toBeGreaterThan(10);
  const away = changed.filter((i) => Math.hypot((i % SIDE) - 10, Math.floor(i / SIDE) - 15) >= 4);
  expect(away).toEqual([]);
  expect(await lane(page, STUDENT).locator('.tells').textContent()).toMatch(/^16 calls/); // (T − 1) 5 + 1
  await redrawn(page, async () => {
    await page.locator('#pictures-resamplings').fill('2');
    await page.locator('#pictures-resamplings').blur();
  });
  expect(await lane(page, STUDENT).locator('.tells').textContent()).toMatch(/^7 calls/);
});

it('draws on WebGPU what it draws on the processor, and again when the device is lost', async () => {
  const { page } = await openPictures('student=off&ddgan=on');
  const redrawnDdgan = (act: () => Promise<unknown>) => redrawn(page, act, 'DDGAN');
  await drawn(page, 'DDGAN');
  const onProcessor = await levels(page, 'DDGAN');
  const found = await redrawnDdgan(() => page.locator('#pictures-backend').selectOption('webgpu'));
  expect(await number(page, 'backend')).toMatch(/^webgpu on /);
  const furthest = found.reduce((most, level, i) => Math.max(most, Math.abs(level - onProcessor[i])), 0);
  expect(furthest).toBeLessThanOrEqual(1); // rounding of float32, seen in bytes
  const worker = page.workers().find((one) => one.url().includes('/worker-'))!;
  const again = await redrawnDdgan(async () => {
    await worker.evaluate(() => {
      type Engine = { _tfengine: { backend: { device: { destroy(): void } } } };
      (globalThis as unknown as Engine)._tfengine.backend.device.destroy();
    });
    await page.getByText(/The graphics device was lost.*drawn again on a new one/).waitFor();
  });
  expect(again).toEqual(found);
  expect(await number(page, 'backend')).toMatch(/^webgpu on /);
}, 300_000); // an adapter in software compiles its shaders twice

it('says that its worker failed, and draws again', async () => {
  const { page } = await openPictures('');
  await drawn(page);
  const before = await levels(page);
  const worker = page.workers().find((one) => one.url().includes('/worker-'))!;
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('no more memory');
    });
  });
  await page.getByText(/It failed: the worker ended: .*no more memory/).waitFor();
  expect(await redrawn(page, () => page.getByRole('button', { name: 'Draw again' }).click())).toEqual(before);
});

it('has no fault that axe finds and fits 360 pixels; works without a network once it has drawn', async () => {
  const { page } = await openPictures('edit=strokes', { viewport: { width: 360, height: 700 } });
  await drawn(page);
  expect(await axeFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 60_000 });
  const before = await levels(page);
  await page.context().setOffline(true);
  await page.reload();
  await drawn(page);
  expect(await levels(page)).toEqual(before);
});
