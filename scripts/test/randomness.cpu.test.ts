import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = readdirSync(join(root, 'packages'))
  .flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(name, 'src', file),
    ),
  )
  .filter((file) => file.endsWith('/streams.ts'));

type Streams = number | { readonly [name: string]: Streams };

const named = (name: string, streams: Streams): string[] =>
  typeof streams === 'number'
    ? [`${name} ${streams >= 2 ** 16 ? `2^${Math.log2(streams)}` : streams}`]
    : Object.entries(streams).flatMap(([inner, below]) => named(inner, below));

test('there are packages with streams', () => expect(files.length).toBeGreaterThanOrEqual(4));

test.each(files)('docs/randomness.md draws every stream of %s', async (file) => {
  const page = readFileSync(join(root, 'docs/randomness.md'), 'utf8');
  const { streams } = (await import(join(root, 'packages', file))) as { streams: Streams };
  const missing = named('', streams).filter(
    (stream) => !new RegExp(`(?<!\\w)${stream.replace('^', '\\^')}(?!\\d)`).test(page),
  );
  expect(missing).toEqual([]);
});
