import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'tsup';
import { chromiumArguments, findChromium } from '../../../../scripts/chromium.ts';

/** Bundles the page, serves it with the model in `dir`, loads that in Chromium and tells by how many bytes its processes grew. */
export async function loadInChromium(dir: string): Promise<{ extra: number; parameters: number }> {
  const site = await servePage(dir);
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments });
  try {
    const page = await browser.newPage();
    await page.goto(site.address);
    await page.evaluate('ready()');
    await page.requestGC();
    const before = await settledMemory(browser);
    const parameters = await page.evaluate<number>('load()');
    const peak = await memoryOf(browser, 'VmHWM');
    // Processes that Chromium keeps ready for further pages may begin meanwhile: they do not count.
    const extra = [...before].reduce((sum, [id, bytes]) => sum + (peak.get(id) ?? 0) - bytes, 0);
    return { extra, parameters };
  } finally {
    await browser.close();
    site.close();
  }
}

/** Memory once starting the page and its graphics has come to an end. */
async function settledMemory(browser: Browser): Promise<Map<number, number>> {
  for (let last = 0; ;) {
    const memory = await memoryOf(browser, 'VmRSS');
    const sum = [...memory.values()].reduce((a, b) => a + b);
    if (Math.abs(sum - last) < 1e6) return memory;
    last = sum;
    await setTimeout(500);
  }
}

/** Present (VmRSS) or highest (VmHWM) memory of each process that runs pages or draws; their sum is no less than that of all at once. */
async function memoryOf(browser: Browser, field: 'VmRSS' | 'VmHWM'): Promise<Map<number, number>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const memory = new Map<number, number>();
  for (const { id, type } of processInfo) {
    if (type !== 'renderer' && type !== 'GPU') continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8');
    memory.set(id, 1024 * Number(new RegExp(`${field}:\\s*(\\d+) kB`).exec(status)?.[1]));
    if (field === 'VmRSS') await writeFile(`/proc/${id}/clear_refs`, '5'); // the highest starts anew
  }
  return memory;
}

async function servePage(dir: string): Promise<{ address: string; close: () => void }> {
  await bundle(dir);
  const files: Record<string, string> = {
    '/page.js': 'text/javascript',
    '/model/config.json': 'application/json',
    '/model/model.safetensors': 'application/octet-stream',
  };
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (url === '/')
      response.setHeader('content-type', 'text/html').end('<script type="module" src="page.js"></script>');
    else if (url in files) void send(join(dir, url.replace(/^\/model/, '')), files[url], response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${port}/`, close };
}

async function send(path: string, type: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': type, 'content-length': (await stat(path)).size });
  createReadStream(path).pipe(response);
}

const bundle = (outDir: string): Promise<void> =>
  build({
    config: false,
    entry: [fileURLToPath(new URL('page.ts', import.meta.url))],
    outDir,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    noExternal: [/^(?!node:)/],
    external: [/^node:/],
    splitting: false,
    clean: false,
    silent: true,
    outExtension: () => ({ js: '.js' }),
    esbuildOptions: (options) => {
      options.conditions = ['@diffgan/source', 'module', 'browser', 'import', 'default'];
    },
  });
