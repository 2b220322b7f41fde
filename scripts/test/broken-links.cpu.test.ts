import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLinks, filesBelow } from '../site/broken-links.ts';

/** What is said of files with these contents, which are their own repository. */
function faultsOf(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-links-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const pages = [...filesBelow(folder, '.html'), ...filesBelow(folder, '.md')];
    return brokenLinks(folder, pages, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const repository = 'https://github.com/diffgan/diffgan/blob/main';

test('links that hold', () => {
  const faults = faultsOf({
    'index.html': `<a href="a/b.html#there">x</a> <img src="a/c.png?v=1&amp;w=2"> <a href="#me">x</a> <p id="me"></p>
      <a href="https://example.org/not-followed">x</a> <a href="a/">x</a> <a class="y"\n href="mailto:a@b">x</a>`,
    'a/b.html': '<h2 id="there">x</h2> <a href="../index.html#me">x</a>',
    'a/c.png': '',
    'README.md': `[x](guides/one.md#two-words-γ) [y](guides) ![z](a/c.png) <img src="a/c.png"> [r](${repository}/a/c.png#L3)
      \`[not](a-link)\`\n\`\`\`md\n[nor](this)\n\`\`\`\n`,
    'guides/one.md': '# Two words: γ\n## Again\n## Again\n[x](#again-1) [y](../README.md) [z](<../a/b.html#there>)\n',
  });
  expect(faults).toEqual([]);
});

test.each([
  ['index.html', '<a href="gone.html">x</a>', 'gone.html is not there'],
  ['index.html', '<img alt="x" src="gone.png">', 'gone.png is not there'],
  ['index.html', '<a href="#gone">x</a>', '#gone has no such anchor'],
  ['index.html', '<a href="/index.html">x</a>', '/index.html holds at the top of a host alone'],
  ['a/b.html', `<a href="${repository}/gone.ts#L1">x</a>`, `${repository}/gone.ts#L1 is not in the repository`],
  ['README.md', '[x](gone.md)', 'gone.md is not there'],
  ['README.md', '# Here\n[x](#there)', '#there has no such anchor'],
  ['README.md', '![x](gone.png "A title")', 'gone.png is not there'],
  ['README.md', '[x]\n\n[x]: gone.md', 'gone.md is not there'],
  ['README.md', `[x](${repository}/gone.md)`, `${repository}/gone.md is not in the repository`],
])('a broken link of %s: %s', (file, content, fault) => {
  expect(faultsOf({ [file]: content })).toEqual([`${file}: ${fault}`]);
});
