import type { Page } from 'playwright-core';

/** A view of the page, and what is done there. */
export interface Scene {
  readonly address: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  /** The picture of the documentation that its end is. */
  readonly picture?: string;
  readonly act: (page: Page) => Promise<void>;
}

const patience = { timeout: 600_000 };
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const drawn = (page: Page, lane: string) =>
  page.locator(`section[aria-label^="${lane}"][aria-busy=false]`).waitFor(patience);

/** Waits until the first number of a name is as large. */
const reaches = (page: Page, name: string, least: number) =>
  page.waitForFunction(
    ([wanted, from]) => parseInt(document.querySelector(`[data-number=${wanted}]`)?.textContent ?? '') >= from,
    [name, least] as const,
    patience,
  );

/** Paints from one place to another, in shares of the board's sides. */
async function stroke(page: Page, from: readonly [x: number, y: number], to: readonly [x: number, y: number]) {
  const { x, y, width, height } = (await page.locator('canvas.board').boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 12 });
  await page.mouse.up();
}

/** Each view, doing what it is for. */
export const scenes: Readonly<Record<string, Scene>> = {
  points: {
    ...{ address: '#points?data=ring&batch=128&compare=on&b.model=gan', picture: 'lab-points' },
    size: { width: 1680, height: 900 },
    act: async (page) => {
      await reaches(page, 'step', 0);
      await press(page, 'Play');
      await reaches(page, 'step', 1000);
      await page.locator('#look-ways').check();
      await page.locator('#look-ways').uncheck();
    },
  },
  pictures: {
    ...{ address: '#pictures?ddgan=on&ddim=on', picture: 'lab-pictures', size: { width: 1280, height: 960 } },
    act: async (page) => {
      await drawn(page, 'DDIM');
      const slider = page.locator('#pictures-between');
      await slider.focus();
      for (let i = 0; i < 10; i++) {
        await page.keyboard.press('PageUp');
        await page.waitForTimeout(300);
      }
      await page.keyboard.press('Home');
      await drawn(page, 'DDIM');
      await slider.blur();
    },
  },
  strokes: {
    ...{ address: '#pictures?edit=strokes&count=12', picture: 'lab-strokes', dark: true },
    size: { width: 1280, height: 960 },
    act: async (page) => {
      await drawn(page, 'Distilled');
      await stroke(page, [0.37, 0.12], [0.37, 0.94]);
      await stroke(page, [0.63, 0.12], [0.63, 0.94]);
      await stroke(page, [0.37, 0.12], [0.63, 0.12]);
      await page.waitForTimeout(500);
      await drawn(page, 'Distilled');
    },
  },
  clothes: {
    ...{ address: '#clothes?batch=8&steps=300&fidEvery=50&fidOf=50', picture: 'lab-clothes' },
    size: { width: 1280, height: 960 },
    act: async (page) => {
      await page.waitForFunction(() => document.querySelector('[data-number=backend]')?.textContent !== '–');
      await press(page, 'Train');
      await page.getByText('The run is over.').waitFor(patience);
    },
  },
  narrow: {
    ...{ address: '#points?data=ring&batch=128', size: { width: 360, height: 700 } },
    act: async (page) => {
      await reaches(page, 'step', 0);
      await press(page, 'Play');
      await reaches(page, 'step', 60);
    },
  },
};
