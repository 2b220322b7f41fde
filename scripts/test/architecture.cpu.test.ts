import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { architectureFaults, type House, house } from '../architecture.ts';

let home: string;
beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'diffgan-house-'))));
afterAll(() => rmSync(home, { recursive: true }));

/** A house of these files, by their paths below `packages`; each package lists what it is told to. */
function faultsOf(files: Record<string, string>, dependencies: Record<string, string[]> = {}, rules = house): string[] {
  const root = mkdtempSync(join(home, 'tree-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, 'packages', path)), { recursive: true });
    writeFileSync(join(root, 'packages', path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  for (const name of new Set(Object.keys(files).map((path) => path.split('/')[0]))) {
    const listed = (dependencies[name] ?? []).map((other) => [`@diffgan/${other}`, '^0.1.0'] as const);
    write(`${name}/package.json`, JSON.stringify({ dependencies: Object.fromEntries<string>(listed) }));
  }
  return architectureFaults(root, rules);
}

const ops = { 'ops/src/index.ts': 'export const key = 1;\n' };
const sampler = { ...ops, 'samplers/src/index.ts': "import { key } from '@diffgan/ops';\nexport const a = key;\n" };

describe('the house', () => {
  test('of this repository stands', () => {
    expect(architectureFaults(fileURLToPath(new URL('../..', import.meta.url)))).toEqual([]);
  });

  test('has no package that imports itself in the end, whichever way one goes', () => {
    const reaches = (from: string, rules: House, seen: string[] = []): string[] =>
      rules[from].flatMap((to) => (seen.includes(to) ? [to] : [to, ...reaches(to, rules, [...seen, to])]));
    for (const name of Object.keys(house)) expect(reaches(name, house)).not.toContain(name);
  });
});

describe('architectureFaults', () => {
  test('says nothing of arrows that go down', () => {
    expect(faultsOf(sampler, { samplers: ['ops'] })).toEqual([]);
  });

  test.each([
    ['import', "import { a } from '@diffgan/samplers';\nexport const b = a;\n"],
    ['type import', "import type { A } from '@diffgan/samplers';\nexport type B = A;\n"],
    ['type in place', "export type B = import('@diffgan/samplers').A;\n"],
    ['export', "export * from '@diffgan/samplers';\n"],
    ['dynamic import', "export const b = () => import('@diffgan/samplers');\n"],
    ['subpath', "import '@diffgan/samplers/node';\n"],
  ])('sees an arrow that is turned: %s', (_, text) => {
    const faults = faultsOf({ ...sampler, 'ops/src/turned.ts': text }, { samplers: ['ops'], ops: ['samplers'] });
    expect(faults).toEqual([
      expect.stringMatching(/^packages\/ops\/src\/turned\.ts imports @diffgan\/samplers.*no other package/),
    ]);
  });

  test('takes no comment for an import', () => {
    const text = "/** import { a } from '@diffgan/samplers'; */\nexport const b = \"from '@diffgan/samplers'\";\n";
    expect(faultsOf({ 'ops/src/index.ts': text })).toEqual([]);
  });

  test('lets some packages use types alone', () => {
    const records = (text: string) => faultsOf({ 'records/src/index.ts': text }, { records: ['training'] });
    expect(records("import type { E } from '@diffgan/training';\nexport type F = E;\n")).toEqual([]);
    expect(records("import { type E } from '@diffgan/training';\nexport type F = E;\n")).toEqual([]);
    expect(records("import { e, type E } from '@diffgan/training';\nexport const f: E = e;\n")).toEqual([
      expect.stringMatching(/more than types/),
    ]);
  });

  test('sees what a package.json leaves out or lists in vain', () => {
    expect(faultsOf(sampler)).toEqual(['packages/samplers/package.json does not list @diffgan/ops']);
    expect(faultsOf(ops, { ops: ['schedule'] })).toEqual(['packages/ops/package.json lists @diffgan/schedule in vain']);
  });

  test('sees circles of files, of types too, once each', () => {
    const faults = faultsOf({
      'ops/src/a.ts': "import { b } from './b.ts';\nexport type A = number;\nexport const a = b;\n",
      'ops/src/b.ts': "import { c } from './inner/c.ts';\nexport const b = c;\n",
      'ops/src/inner/c.ts': "import type { A } from '../a.ts';\nexport const c: A = 1;\n",
    });
    const [a, b, c] = ['a', 'b', 'inner/c'].map((name) => `packages/ops/src/${name}.ts`);
    expect(faults).toEqual([`circle of files: ${[a, b, c, a].join(' → ')}`]);
  });

  test('sees imports by path out of a package, files that are too long, and packages without a place', () => {
    const long = `${'export {};\n'.repeat(301)}`;
    expect(faultsOf({ ...ops, 'data/src/index.ts': "export * from '../../ops/src/index.ts';\n" })).toEqual([
      expect.stringMatching(/index\.ts imports \.\.\/\.\.\/ops\/src\/index\.ts by path/),
    ]);
    expect(faultsOf({ 'ops/src/long.ts': long, 'ops/src/fits.ts': long.slice(11) })).toEqual([
      expect.stringMatching(/long\.ts has 301 lines/),
    ]);
    expect(faultsOf({ 'ops/src/index.ts': 'export {};\n', 'ops/native/long.cc': 'int i;\n'.repeat(301) })).toEqual([
      expect.stringMatching(/packages\/ops\/native\/long\.cc has 301 lines/),
    ]);
    expect(faultsOf({ 'cellar/src/index.ts': 'export {};\n' })).toEqual([expect.stringMatching(/has no place/)]);
  });
});
