import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exportedFunctions } from '../exported-functions.ts';
import { exportedNames } from '../exported-names.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = readdirSync(join(root, 'packages')).sort();

/** The entries of a package and their files. */
function entriesOf(folder: string) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { '@diffgan/source': string }>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ name: `${name}${path.slice(1)}`, file: join(folder, target['@diffgan/source']) }],
  );
}

/** The entries of a package with what each exports, a name a line. */
function publicNames(folder: string): string {
  const texts = entriesOf(folder).map(({ name, file }) => {
    const names = exportedNames(file).map((exported) => `  ${exported.typeOnly ? 'type ' : ''}${exported.name}`);
    return [name, ...names, ''].join('\n');
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

describe('functions that a package exports', () => {
  const functions = packages.flatMap((name) =>
    entriesOf(join(root, 'packages', name)).flatMap(({ file }) => exportedFunctions(file)),
  );

  test('are found', () => {
    const names = functions.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(300);
    expect(names).toEqual(expect.arrayContaining(['ddpmSampler', 'formatNumber', 'openPipeline'])); // by lists, `const` and `function`
  });

  test('have an example each', () => {
    const bare = functions.filter(({ doc }) => !/^\s*\* @example$/m.test(doc));
    expect(bare.map(({ name, file }) => `${name} in ${file.slice(root.length)}`)).toEqual([]);
  });
});
