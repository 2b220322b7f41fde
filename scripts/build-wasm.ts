// Compiles packages/kernels/wasm/src into the four builds of the kernel module, which works in the heap of the wasm backend, and
// packages/ops/wasm/random and packages/fid/wasm/linear-algebra into modules with memories of their own. `--check` compares instead
// of writing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { installDebianPackages } from '@diffgan/runtime/node';

// Exactly this version: another compiler makes other code, and the check compares bytes. 14 lacks the final opcodes of
// relaxed SIMD. wasm-ld is called directly because clang's driver runs any wasm-opt on the path over the result.
const packages = ['clang-16', 'lld-16'];

interface Build {
  name: string;
  /** The folder of the C files; two above it is the package. */
  sources: string;
  /** The folder of the package for the bytes as text. */
  text: string;
  compiler: string[];
  linker: string[];
  /** Whether the text is gzipped, which pages load a fifth faster, and whose reader has time to unpack it. */
  gzipped?: true;
}

const common = ['--target=wasm32', '-std=c17', '-O3', '-ffreestanding', '-fno-builtin', '-msimd128'];
const strict = ['-Wall', '-Wextra', '-Werror'];
const relaxed = ['-mrelaxed-simd', '-DRELAXED'];
const atomics = ['-matomics', '-mbulk-memory'];
const kernels = 'packages/kernels/wasm/src';
const simd = 'src/simd/builds';
const random = 'packages/ops/wasm/random';
const sharedMemory = ['--import-memory', '--shared-memory', '--max-memory=4294967296'];
const builds: Build[] = [
  { name: 'simd', sources: kernels, text: simd, compiler: [], linker: ['--import-memory'], gzipped: true },
  { name: 'relaxed', sources: kernels, text: simd, compiler: relaxed, linker: ['--import-memory'], gzipped: true },
  { name: 'simd-shared', sources: kernels, text: simd, compiler: atomics, linker: sharedMemory, gzipped: true },
  {
    name: 'relaxed-shared',
    sources: kernels,
    text: simd,
    compiler: [...relaxed, ...atomics],
    linker: sharedMemory,
    gzipped: true,
  },
  // Each product and sum rounded on its own, as in JavaScript.
  {
    name: 'random',
    sources: random,
    text: 'src/random/builds',
    compiler: ['-ffp-contract=off'],
    linker: ['--export-memory', '--initial-memory=131072'],
  },
  {
    name: 'linear-algebra',
    sources: 'packages/fid/wasm/linear-algebra',
    text: 'src/linear-algebra/builds',
    compiler: ['-ffp-contract=off'],
    linker: ['--import-memory'],
  },
];

setFlagsFromString('--experimental-wasm-relaxed-simd'); // the checks below compile all builds
await installDebianPackages(packages);
const check = process.argv.includes('--check');
const folder = mkdtempSync(join(tmpdir(), 'diffgan-wasm-'));
try {
  const stale = builds.filter((build) => !place(build, compile(build)));
  if (stale.length > 0) {
    console.log(`do not match the source: ${stale.map(({ name }) => name).join(', ')}; run \`npm run build:wasm\``);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Writes a build, or compares it; returns whether it is in place. */
function place(build: Build, bytes: Buffer): boolean {
  const { name, sources, text, gzipped } = build;
  const home = join(sources, '../..');
  const [binary, module] = [join(home, 'wasm/builds', `${name}.wasm`), join(home, text, `${name}.ts`)];
  if (check)
    return (
      [binary, module].every(existsSync) && readFileSync(binary).equals(bytes) && bytesIn(module, gzipped).equals(bytes)
    );
  writeFileSync(binary, bytes);
  writeFileSync(module, asModule(build, gzipped ? gzipSync(bytes, { level: 9 }) : bytes));
  console.log(`${name}: ${bytes.length} bytes`);
  return true;
}

/** The bytes of a module; versions of zlib gzip them differently. */
function bytesIn(module: string, gzipped = false): Buffer {
  const bytes = Buffer.from(/'([\w+/=]+)'/.exec(readFileSync(module, 'utf8'))![1], 'base64');
  return gzipped ? gunzipSync(bytes) : bytes;
}

/** The bytes as text in a module, which every bundler and every runtime can load, wherever the package lies. */
function asModule({ name, sources, gzipped }: Build, bytes: Buffer): string {
  const identifier = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return (
    `// Made by \`npm run build:wasm\` from ${sources}${gzipped ? ', gzipped' : ''}.\n` +
    `export const ${identifier}Build: string =\n  '${bytes.toString('base64')}';\n`
  );
}

function compile({ name, sources, compiler, linker }: Build): Buffer {
  const objects = readdirSync(sources)
    .filter((file) => file.endsWith('.c'))
    .sort()
    .map((file) => {
      const object = join(folder, `${name}-${basename(file, '.c')}.o`);
      run('clang-16', [...common, ...strict, ...compiler, '-c', join(sources, file), '-o', object]);
      assertNoStack(file, readFileSync(object));
      return object;
    });
  const binary = join(folder, `${name}.wasm`);
  run('wasm-ld-16', ['--no-entry', '--strip-all', ...linker, ...objects, '-o', binary]);
  const bytes = readFileSync(binary);
  if (linker.includes('--import-memory')) assertNoData(name, bytes);
  return bytes;
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr || error?.message}`);
}

/** An object file that keeps anything in stack memory imports the stack pointer. */
function assertNoStack(file: string, object: Buffer): void {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(object)));
  const others = imports
    .map(({ name }) => name)
    .filter((name) => !/^__(linear_memory|indirect_function_table)$/.test(name));
  if (others.length > 0)
    throw new Error(`${file} uses ${others.join(', ')}: keep locals in registers, take no addresses, call no library`);
}

/** The module shares a heap that belongs to the backend, so it must not bring memory contents of its own. */
function assertNoData(name: string, bytes: Buffer): void {
  const [data, dataCount] = [11, 12];
  const found = sections(bytes).filter((id) => id === data || id === dataCount);
  if (found.length > 0) throw new Error(`${name} has static data, which would overwrite the heap it is put into`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(bytes)));
  if (imports.length !== 1 || imports[0].kind !== 'memory') throw new Error(`${name} imports more than the memory`);
}

/** Numbers of the sections of a WebAssembly binary. */
function sections(bytes: Buffer): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}
