// Runs every program of the READMEs and guides as it is printed, outside of the repository: what they have their reader install comes from
// tarballs of the packages, into an empty folder. Types are checked first. Run after the build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './build/pack.ts';
import { type CodeBlock, guideBlocks } from './code-blocks.ts';
import { installedBy } from './install-lines.ts';

const root = process.cwd();
const blocks = guideBlocks(root);
const programs = blocks.filter(({ fragment }) => !fragment);
const home = mkdtempSync(join(tmpdir(), 'diffgan-printed-'));
const fileOf = ({ file, line }: CodeBlock) => `${file.replace(/\W+/g, '-')}-${line}.ts`;

const run = (program: string, ...args: string[]) => spawnSync(program, args, { cwd: home, encoding: 'utf8' });

function must(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = run(program, ...args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stdout}${stderr}`);
}

/** What the pages name, and what it takes to run TypeScript; everything of the project from tarballs. */
function install(): void {
  mkdirSync(join(home, 'tarballs'));
  const own = Object.fromEntries(
    [...pack(join(home, 'tarballs'))].map(([name, file]) => [name, `file:./tarballs/${file}`]),
  );
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const tools = ['@types/node', 'tsx', 'typescript'].map((name) => [name, devDependencies[name]]);
  const named = programs.flatMap(({ file }) => [...installedBy(readFileSync(join(root, file), 'utf8'))]);
  const foreign = named.filter((name) => name.startsWith('@tensorflow/')).map((name) => [name, '4.22.0']);
  const dependencies = { ...own, ...Object.fromEntries([...tools, ...foreign]) } as Record<string, string>;
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  must('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline');
}

function checkTypes(): void {
  const options = [
    '--strict',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--moduleDetection',
    'force',
    '--types',
    'node',
  ];
  must('npx', 'tsc', '--noEmit', '--skipLibCheck', ...options, ...programs.map(fileOf));
  console.log('types are right');
}

/** Whether it ran; else prints what it said. */
function ran(block: CodeBlock): boolean {
  const began = performance.now();
  const { status, stderr } = run(process.execPath, '--import', 'tsx', fileOf(block));
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${seconds} s  ${block.file}:${block.line}`);
  if (status !== 0) console.log(stderr);
  return status === 0;
}

try {
  install();
  for (const block of programs) writeFileSync(join(home, fileOf(block)), block.code);
  checkTypes();
  const good = programs.filter(ran).length;
  console.log(`${good} of ${programs.length} ran as printed; ${blocks.length - programs.length} more are fragments`);
  process.exitCode = good === programs.length ? 0 : 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}
