import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exportedNames } from '../exported-names.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = readdirSync(join(root, 'packages')).sort();

/** The entries of a package with what each exports, a name a line. */
function publicNames(folder: string): string {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { '@diffgan/source': string }>;
  };
  const entries = Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [{ path, file: join(folder, target['@diffgan/source']) }],
  );
  const texts = entries.map(({ path, file }) => {
    const names = exportedNames(file).map((exported) => `  ${exported.typeOnly ? 'type ' : ''}${exported.name}`);
    return [`${name}${path.slice(1)}`, ...names, ''].join('\n');
  });
  return texts.join('\n');
}

// What is new gets a list at the first run here, and fails in CI without one. Whoever changes what a package exports on purpose writes the lists anew: npx vitest run scripts/test/exports -u
describe('what a package exports', () => {
  test.each(packages)('%s', async (name) => {
    const folder = join(root, 'packages', name);
    await expect(publicNames(folder)).toMatchFileSnapshot(join(folder, 'test/exports.txt'));
  });
});
