import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'experiments'];
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

interface Manifest {
  name: string;
  files: string[];
  keywords: string[];
  repository: object;
  dependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

describe.each(folders)('%s', (folder) => {
  const manifest = JSON.parse(read(folder, 'package.json')) as Manifest;

  test('says whose it is, where it lives and what it is about', () => {
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      author: 'The diffgan authors',
      homepage: `https://github.com/diffgan/diffgan/tree/main/${folder}#readme`,
      bugs: 'https://github.com/diffgan/diffgan/issues',
      repository: { type: 'git', url: 'git+https://github.com/diffgan/diffgan.git', directory: folder },
      engines: { node: '>=20.16' },
      description: expect.stringMatching(/^[A-Z].{10,}/) as string,
    });
    expect(manifest.keywords.length).toBeGreaterThanOrEqual(3);
    expect(manifest.files).toContain('dist');
  });

  test('brings the licence, and a page whose links hold wherever it is shown', () => {
    expect(read(folder, 'LICENSE')).toBe(read('LICENSE'));
    const page = read(folder, 'README.md');
    const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to);
    expect(links.filter((to) => !/^(https?:|#)/.test(to))).toEqual([]);
    const ours = links.flatMap(
      (to) => /github\.com\/diffgan\/diffgan\/(?:blob|tree)\/main\/([^#]*)/.exec(to)?.[1] ?? [],
    );
    expect(ours.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('runs nothing when it is installed, and brings no copy of TensorFlow.js', () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
    const brought = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@tensorflow/'));
    // The command is a program, which nobody depends on.
    expect(manifest.name === 'diffgan' ? [] : brought).toEqual([]);
  });
});
