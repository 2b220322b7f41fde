import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guideBlocks } from '../code-blocks.ts';
import { importedBy, installedBy } from '../install-lines.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const blocks = guideBlocks(root).filter(({ fragment }) => !fragment);

test('what a page has one install', () => {
  const page =
    'npm install --save-dev vite @diffgan/hub@0.1.0 # once\n\n    npm install left-pad\nand npm install not-this\nnpm install --global nor-this\n';
  expect([...installedBy(page)]).toEqual(['vite', '@diffgan/hub', 'left-pad']);
});

test('what a program imports', () => {
  const program = `import 'a/b';\nimport {\n  x,\n} from '@c/d/e';\nimport { y } from 'node:fs';\nimport z from './z.ts';\nprint('f');\n`;
  expect([...importedBy(program)]).toEqual(['a', '@c/d']);
});

const files = [...new Set(blocks.map(({ file }) => file))];
test.each(files)('%s names all that its programs need', (file) => {
  const installed = installedBy(readFileSync(join(root, file), 'utf8'));
  const imported = new Set(blocks.filter((block) => block.file === file).flatMap(({ code }) => [...importedBy(code)]));
  expect([...imported].filter((name) => !installed.has(name))).toEqual([]);
});
