import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { selectBackend } from '@diffgan/runtime';
import { type CodeBlock, exampleBlocks, guideBlocks } from '../code-blocks.ts';
import { exampleModule, packageExports } from '../example-module.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const blocks = [...guideBlocks(root), ...exampleBlocks(root)];
// What starts WASM on threads comes last, since nothing ends them.
const threaded = ({ code }: CodeBlock) => Number(/prepareBackend|threads: \d/.test(code));
const whole = blocks.filter(({ fragment }) => !fragment).sort((a, b) => threaded(a) - threaded(b));
const nameOf = ({ file, line }: CodeBlock) => `${file}:${line}`;

// Modules that the examples are, in the repository so that they find its packages; they write files in a folder beside.
let home: string;
let from: string;
beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  home = mkdtempSync(join(root, '.cache/examples-'));
  const exports = packageExports(root);
  for (const block of whole) writeFileSync(moduleOf(block), exampleModule(block, exports) + '\nexport {};\n');
  from = process.cwd();
  mkdirSync(join(home, 'cwd'));
  process.chdir(join(home, 'cwd'));
});
afterAll(() => {
  process.chdir(from);
  rmSync(home, { recursive: true });
});
const moduleOf = (block: CodeBlock) => join(home, `${nameOf(block).replace(/\W+/g, '-')}.ts`);

const share = ((100 * whole.length) / blocks.length).toFixed(1);
test(`${whole.length} of ${blocks.length} examples, ${share} %, run as printed; the others are fragments`, () => {
  const fragments = blocks.filter(({ fragment }) => fragment).map(nameOf);
  expect(blocks.length).toBeGreaterThan(350);
  expect(fragments.length, fragments.join(', ')).toBeLessThanOrEqual(blocks.length / 20);
});

test('have the right types', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: ts.CompilerOptions };
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const program = ts.createProgram(whole.map(moduleOf), { ...options, noUnusedLocals: false });
  const faults = whole.flatMap((block) => {
    const source = program.getSourceFile(moduleOf(block))!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const line = block.line + source.getLineAndCharacterOfPosition(start).line;
      return `${block.file}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
  expect(faults.join('\n')).toBe('');
});

describe('runs', () => {
  test.each(whole.map((block) => [nameOf(block), block] as const))('%s', async (_, block) => {
    for (const level of ['log', 'info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {});
    tf.engine().startScope();
    try {
      await import(moduleOf(block));
    } finally {
      tf.engine().endScope();
      tf.disposeVariables();
      await selectBackend('wasm');
    }
  });
});
