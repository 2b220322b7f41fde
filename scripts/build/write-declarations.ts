import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse, relative } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';
import type { Published } from './published.ts';

const root = process.cwd();
const configuration = join(root, 'tsconfig.base.json');

/**
 * Writes the declarations of packages, a file per entry and one for what two entries of a package share. One compiler for all:
 * one per package would read the same files again and again.
 */
export async function writeDeclarations(packages: Published[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-declarations-'));
  try {
    emit(packages, folder);
    await bundle(packages, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Declarations of every source file. Types are not checked: `npm run typecheck` does it, tests included. */
function emit(packages: Published[], outDir: string): void {
  const options: ts.CompilerOptions = {
    noCheck: true,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir,
  };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const config = ts.getParsedCommandLineOfConfigFile(configuration, options, host)!;
  const entries = packages.flatMap(({ folder, sources }) => sources.map((source) => join(root, folder, source)));
  const program = ts.createProgram(entries, config.options);
  const { diagnostics } = program.emit();
  for (const diagnostic of [
    ...config.errors,
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...diagnostics,
  ])
    fail(diagnostic);
}

/** Each format has declarations of its own, since those of ESM are no declarations of CommonJS. */
async function bundle(packages: Published[], from: string): Promise<void> {
  const entries = packages.flatMap(({ folder, sources }) =>
    sources.map((source) => [join(folder, 'dist', parse(source).name), join(from, folder, declarationOf(source))]),
  );
  const bundled = await rollup({
    input: Object.fromEntries(entries) as Record<string, string>,
    external: (id) => !/^[./]/.test(id),
    // Only what is declared here is moved, so nothing else is read.
    plugins: [dts({ tsconfig: configuration, compilerOptions: { noResolve: true, noLib: true, types: [] } })],
    onwarn: (warning, warn) => warning.code === 'EMPTY_BUNDLE' || warn(warning), // the command line exports nothing
  });
  const packageOf = (file: string) => packages.find(({ folder }) => file.startsWith(`${folder}/`))!;
  for (const [format, extension] of [
    ['esm', '.d.ts'],
    ['cjs', '.d.cts'],
  ] as const) {
    const { output } = await bundled.generate({
      entryFileNames: `[name]${extension}`,
      chunkFileNames: ({ moduleIds, name }) =>
        `${packageOf(relative(from, moduleIds[0])).folder}/dist/${name.replace(/\.d$/, '')}-[hash]${extension}`,
    });
    for (const chunk of output)
      if (chunk.type === 'chunk' && packageOf(chunk.fileName).formats.includes(format))
        writeFileSync(chunk.fileName, chunk.code);
  }
  await bundled.close();
}

const declarationOf = (source: string) => source.replace(/\.ts$/, '.d.ts');

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(
    ts.formatDiagnostic(diagnostic, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    }),
  );
}
