// Packs the packages, installs the tarballs for the small projects of test/consumers as their users would, builds these, and sees that
// each draws the same images: in Node, and in Chromium without a word in the console. Run after the build. With `--quick` without Next,
// webpack's minimizer and a second look at the types, which take most of the time.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ConsumerBrowser, consumerBrowser, type OpenedPage } from './consumers/consumer-browser.ts';
import { type Packed, packedFaults } from './consumers/packed-faults.ts';
import { serveFolder } from './consumers/serve-folder.ts';

const quick = process.argv.includes('--quick');

/** Bytes that the page of Vite may load, gzipped: all that drawing with WASM takes, weights aside. */
const PAGE_BUDGET = 400_000;

const home = mkdtempSync(join(tmpdir(), 'diffgan-consumers-'));
const at = (...path: string[]) => join(home, ...path);

/** Runs a program in a project; its output, or an error with all that it said. */
function ran(project: string, program: string, ...args: string[]): string {
  const began = performance.now();
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PATH: `${at('node_modules/.bin')}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: at(project), env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} in ${project}:\n${stdout}${stderr}`);
  report(began, `${project}: ${[basename(program), ...args.slice(0, 2)].join(' ')}`);
  return stdout;
}

const report = (began: number, what: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);

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

/** With `skipLibCheck: false` the declarations of TensorFlow.js are looked at, too, which have errors of their own. */
function typecheck(config: string): void {
  const began = performance.now();
  const { stdout } = spawnSync(at('node_modules/.bin/tsc'), ['-p', config, '--pretty', 'false'], {
    cwd: at('types'),
    encoding: 'utf8',
  });
  const errors = stdout
    .split('\n')
    .filter((line) => /error TS/.test(line) && !/node_modules\/@tensorflow\//.test(line));
  if (errors.length > 0) throw new Error(`types: ${config}:\n${errors.join('\n')}`);
  report(began, `types: ${config}`);
}

function build(): void {
  typecheck('tsconfig.bundler.json');
  if (!quick) typecheck('tsconfig.nodenext.json');
  ran('esbuild', 'esbuild', 'main.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=error');
  ran('vite', 'vite', 'build', '--logLevel', 'warn');
  for (const project of ['webpack', 'worker'])
    if (!quick || project === 'worker')
      ran(project, 'webpack', '--mode', 'production', ...(quick ? ['--no-optimization-minimize'] : []));
  if (!quick) ran('next', 'next', 'build');
}

/** A page of files. */
async function drawnIn(browser: ConsumerBrowser, folder: string): Promise<OpenedPage> {
  const began = performance.now();
  const site = await serveFolder(at(folder));
  try {
    return await browser.open(`${site.origin}/`);
  } finally {
    site.close();
    report(began, `${folder}: in Chromium`);
  }
}

async function drawnByNext(browser: ConsumerBrowser): Promise<string> {
  const port = 3700 + (process.pid % 200);
  const server = spawn(at('node_modules/.bin/next'), ['start', '-p', String(port)], { cwd: at('next') });
  try {
    for await (const line of server.stdout) if (String(line).includes('Ready')) break;
    return (await browser.open(`http://127.0.0.1:${port}/`)).title;
  } finally {
    server.kill();
  }
}

function checkBytes(bytes: number): void {
  console.log(`${bytes} bytes gzipped of ${PAGE_BUDGET}: what the page of Vite loads`);
  if (bytes > PAGE_BUDGET) process.exitCode = 1;
}

async function draw(): Promise<void> {
  const expected = ran('node-esm', process.execPath, 'main.js');
  const found: Record<string, string> = { 'node-cjs': ran('node-cjs', process.execPath, 'main.cjs') };
  const browser = await consumerBrowser(home);
  try {
    for (const folder of ['esbuild', 'vite/dist', 'worker', 'page', ...(quick ? [] : ['webpack'])]) {
      const { title, bytes } = await drawnIn(browser, folder);
      found[folder] = title;
      if (folder === 'vite/dist') checkBytes(bytes);
    }
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
