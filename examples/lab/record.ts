// Films the built page, `npm run build` first: each view doing what it is for. Frames go to a folder of each view, the last picture to the
// documentation if wanted; then it says what moved though nobody touched it, and the longest tasks of the main thread.
//
//   npm run record -w examples/lab -- [--out folder] [--docs] [scene …]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../scripts/chromium.ts';
import { serveFolder } from '../../scripts/consumers/serve-folder.ts';
import { watchShifts } from './record/layout-shifts.ts';
import { watchTasks } from './record/main-thread.ts';
import { type Scene, scenes } from './record/scenes.ts';
import { film } from './record/screencast.ts';

/** Milliseconds in which tasks are noted: of minutes there would be too many. */
const TRACED = 20_000;

const { values, positionals } = parseArgs({
  options: { out: { type: 'string' }, docs: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const out = values.out ?? mkdtempSync(join(tmpdir(), 'diffgan-lab-film-'));
const asked = Object.entries(scenes).filter(([name]) => positionals.length === 0 || positionals.includes(name));
if (asked.length === 0)
  throw new Error(`there is no scene ${positionals.join(', ')}; there are ${Object.keys(scenes).join(', ')}`);

const site = await serveFolder(fileURLToPath(new URL('dist', import.meta.url)));
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
try {
  for (const [name, scene] of asked) await record(browser, name, scene);
} finally {
  await browser.close();
  site.close();
}

async function record(within: Browser, name: string, scene: Scene): Promise<void> {
  const { address, size, dark = false, picture, act } = scene;
  const context = await within.newContext({ viewport: size, colorScheme: dark ? 'dark' : 'light' });
  const page = await context.newPage();
  const shiftsSoFar = await watchShifts(page);
  const endTasks = await watchTasks(page);
  const endFilm = await film(page, join(out, name));
  await page.goto(`${site.origin}/${address}`);
  const acted = act(page);
  await Promise.race([acted, page.waitForTimeout(TRACED)]);
  const tasks = await endTasks();
  await acted;
  const [frames, shifts] = [await endFilm(), await shiftsSoFar()];
  if (picture && values.docs) {
    await page.evaluate(() => window.scrollTo(0, 0)); // from the last control that was used
    await page.screenshot({ path: fileURLToPath(new URL(`../../docs/${picture}.png`, import.meta.url)) });
  }
  await context.close();
  const total = shifts.reduce((sum, { value }) => sum + value, 0);
  process.stdout.write(`${name}: ${frames} frames in ${join(out, name)}; layout shift ${total.toFixed(4)}\n`);
  for (const { milliseconds, value, moved } of shifts)
    process.stdout.write(`  moved at ${milliseconds} ms by ${value.toFixed(4)}: ${moved.slice(0, 3).join('; ')}\n`);
  for (const { processor, clock, of } of tasks.slice(0, 5))
    process.stdout.write(`  task of ${processor.toFixed(1)} ms (${clock.toFixed(0)} by the clock): ${of}\n`);
}
