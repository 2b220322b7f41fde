// Packs the packages, installs the tarballs for the small projects of test/consumers as their users would, builds these, and sees that
// each draws the same images: in Node, and in Chromium without a word in the console. Run after the build. With `--quick` all but Next,
// whose installation and build take minutes.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConsumerBrowser, consumerBrowser } from './consumers/consumer-browser.ts';
import { type Packed, packedFaults } from './consumers/packed-faults.ts';
import { serveFolder } from './consumers/serve-folder.ts';

const quick = process.argv.includes('--quick');
const home = mkdtempSync(join(tmpdir(), 'diffgan-consumers-'));
const at = (...path: string[]) => join(home, ...path);

/** Runs a program in a project; its output, or an error with all that it said. */
function ran(project: string, program: string, ...args: string[]): string {
  const began = performance.now();
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PATH: `${at('node_modules/.bin')}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: at(project), env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} in ${project}:\n${stdout}${stderr}`);
  console.log(
    `${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${project}: ${[program, ...args.slice(0, 3)].join(' ')}`,
  );
  return stdout;
}

/** Tarballs of all packages, whose contents are looked at. */
function pack(): Record<string, string> {
  const folders = [...readdirSync('packages').map((name) => `packages/${name}`), 'experiments'];
  mkdirSync(at('tarballs'));
  const args = ['pack', '--json', '--pack-destination', at('tarballs'), ...folders.flatMap((folder) => ['-w', folder])];
  const { stdout, stderr, status } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  const packed = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const all = Object.values(packed);
  const faults = all.flatMap(packedFaults);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return Object.fromEntries(all.map(({ name, filename }) => [name, `file:./tarballs/${filename}`]));
}

/** Installs once for all projects, which find the packages above them; scripts of packages may run, and none of ours has any. */
function install(): void {
  cpSync('test/consumers', home, { recursive: true });
  const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { dependencies: Record<string, string> };
  if (quick) for (const name of ['next', 'react', 'react-dom']) delete manifest.dependencies[name];
  const foreign = Object.keys(manifest.dependencies);
  Object.assign(manifest.dependencies, pack());
  writeFileSync(at('package.json'), JSON.stringify(manifest));
  ran('.', 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline');
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: true }>;
  };
  const ownTools = ['sharp', 'fsevents', ...foreign]; // of the bundlers
  const scripts = Object.keys(lock.packages).filter(
    (path) => lock.packages[path].hasInstallScript && !ownTools.some((tool) => path.endsWith(`node_modules/${tool}`)),
  );
  if (scripts.length > 0) throw new Error(`installing runs scripts of ${scripts.join(', ')}`);
}

function build(): void {
  ran('types', 'tsc', '-p', 'tsconfig.bundler.json');
  ran('types', 'tsc', '-p', 'tsconfig.nodenext.json');
  ran('esbuild', 'esbuild', 'main.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=error');
  ran('vite', 'vite', 'build', '--logLevel', 'warn');
  ran('webpack', 'webpack', '--mode', 'production');
  ran('worker', 'webpack', '--mode', 'production');
  if (!quick) ran('next', 'next', 'build');
}

/** What a page of files draws. */
async function drawnIn(browser: ConsumerBrowser, folder: string): Promise<string> {
  const began = performance.now();
  const site = await serveFolder(at(folder));
  try {
    return await browser.title(`${site.origin}/`);
  } finally {
    site.close();
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${folder}: in Chromium`);
  }
}

async function drawnByNext(browser: ConsumerBrowser): Promise<string> {
  const port = 3700 + (process.pid % 200);
  const server = spawn(at('node_modules/.bin/next'), ['start', '-p', String(port)], { cwd: at('next') });
  try {
    for await (const line of server.stdout) if (String(line).includes('Ready')) break;
    return await browser.title(`http://127.0.0.1:${port}/`);
  } finally {
    server.kill();
  }
}

async function draw(): Promise<void> {
  const expected = ran('node-esm', process.execPath, 'main.js');
  const found: Record<string, string> = { 'node-cjs': ran('node-cjs', process.execPath, 'main.cjs') };
  const browser = await consumerBrowser(home);
  try {
    for (const folder of ['esbuild', 'vite/dist', 'webpack', 'worker', 'page'])
      found[folder] = await drawnIn(browser, folder);
    if (!quick) found.next = await drawnByNext(browser);
  } finally {
    await browser.close();
  }
  for (const [project, digest] of Object.entries(found))
    console.log(
      `${digest === expected ? 'ok  ' : 'FAIL'} ${project}${digest === expected ? '' : `: ${digest}, in Node ${expected}`}`,
    );
  if (!/^[0-9a-f]{64}$/.test(expected) || Object.values(found).some((digest) => digest !== expected))
    throw new Error('not every project draws the same images');
}

try {
  install();
  build();
  await draw();
} finally {
  rmSync(home, { recursive: true, force: true });
}
