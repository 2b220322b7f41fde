// Times sixteen pictures in the built page, `npm run build` first, and in Node on WebAssembly with as many threads: both warm, in turns.
//
//   npm run speed -w examples/lab
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { loadPipeline } from '@diffgan/hub';
import { key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { chromiumArguments, findChromium } from '../../scripts/chromium.ts';
import { serveFolder } from '../../scripts/consumers/serve-folder.ts';

const COUNT = 16;
const ROUNDS = 9;

const site = await serveFolder(fileURLToPath(new URL('dist', import.meta.url)));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
try {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${site.origin}/#pictures?count=${COUNT}`);
  await page.locator('section[aria-label^="Distilled"][aria-busy=false]').waitFor({ timeout: 240_000 });
  const node = await nodeDraws();
  await inPage(page);
  await node();
  const times: { page: number; node: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push({ page: await inPage(page), node: await node() });
  const where = await page.locator('[data-number=backend]').first().textContent();
  const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
  const of = (name: 'page' | 'node') => median(times.map((time) => time[name])).toFixed(0);
  const ratio = median(times.map(({ page: ours, node: theirs }) => theirs / ours)).toFixed(2);
  console.log(
    `${COUNT} pictures in 4 calls, medians of ${ROUNDS}: page (${where}) ${of('page')} ms, Node ${of('node')} ms;`,
  );
  console.log(`the page has ${ratio} of Node's speed (median of the ratios, taken in turns)`);
} finally {
  await browser.close();
  site.close();
}

/** Milliseconds that the page says it took for other pictures. */
async function inPage(page: Page): Promise<number> {
  const tells = page.locator('section[aria-label^="Distilled"] .tells');
  await tells.evaluate((line) => (line.textContent = '')); // so that it is not read before it is told anew
  await page.getByRole('button', { name: 'Others' }).click();
  await tells.filter({ hasText: ': drawn' }).waitFor();
  const told = (await tells.textContent()) ?? '';
  return Number(/(\d+) ms/.exec(told)![1]);
}

/** Draws as many in this process; the time until their values are there. */
async function nodeDraws(): Promise<() => Promise<number>> {
  await selectBackend('wasm', { threads: availableParallelism() }); // as many as the page has
  const pipeline = await loadPipeline('fashion-mnist-distil');
  let seed = 0;
  return async () => {
    const began = performance.now();
    const images = await pipeline.sample({ count: COUNT, key: key(seed++) });
    await images.data();
    images.dispose();
    return performance.now() - began;
  };
}
