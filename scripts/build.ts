// Builds what the packages publish: JavaScript by tsup, package by package, then the declarations of all, then the file for pages.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';
import { type Published, published } from './build/published.ts';
import { writeDeclarations } from './build/write-declarations.ts';

const root = process.cwd();
const packages = published();
for (const { folder } of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true });
for (const one of packages) await writeScripts(one);
await writeDeclarations(packages);
await import('./bundle-page.ts');
console.log(`built ${packages.length} packages`);

/** tsup leaves out what the package.json of the working directory depends on. */
async function writeScripts({ folder, sources, formats }: Published): Promise<void> {
  const absWorkingDir = join(root, folder); // esbuild would take the directory in which it started
  process.chdir(absWorkingDir);
  await build({
    config: false,
    entry: sources,
    format: formats,
    sourcemap: true,
    shims: true,
    treeshake: true,
    target: 'es2022',
    removeNodeProtocol: false,
    tsconfig: join(root, 'tsconfig.base.json'),
    silent: true,
    esbuildOptions: (options) => Object.assign(options, { absWorkingDir }),
  });
  process.chdir(root);
}
