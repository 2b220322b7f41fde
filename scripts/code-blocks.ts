import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of TypeScript that a reader may copy: of a guide, or of an `@example`. */
export interface CodeBlock {
  /** Path from the root of the repository, and the line of the first line of code, from 1. */
  file: string;
  line: number;
  code: string;
  /** Marked as a part of a program that is not shown: ```` ```ts fragment ````. */
  fragment: boolean;
}

/** Every TypeScript block of the guides of the repository at `root`: READMEs, docs and what else stands beside them. */
export const guideBlocks = (root: string): CodeBlock[] =>
  filesOf(root, /^([^/]+|docs\/[^/]+|(packages|examples)\/[^/]+\/README|experiments\/[^/]+)\.md$/).flatMap((file) =>
    fenced(file, readFileSync(join(root, file), 'utf8').split('\n')),
  );

/** Every `@example` of the packages of the repository at `root`. One without a fence is an error. */
export const exampleBlocks = (root: string): CodeBlock[] =>
  filesOf(root, /^packages\/[^/]+\/src\/.*\.ts$/).flatMap((file) =>
    examplesOf(file, readFileSync(join(root, file), 'utf8')),
  );

/** Paths below `root` that match, sorted; folders of builds and dependencies are not looked into. */
function filesOf(root: string, pattern: RegExp, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isFile()) return pattern.test(path) ? [path] : [];
      const besides = /^(\..*|node_modules|dist|runs|api)$/.test(entry.name) && path !== 'packages/runs';
      return entry.isDirectory() && !besides ? filesOf(root, pattern, path) : [];
    })
    .sort();
}

function examplesOf(file: string, text: string): CodeBlock[] {
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const before = text.slice(0, index).split('\n').length - 1;
    const lines = comment.split('\n').map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, ''));
    const starts = lines.flatMap((line, at) => (line.startsWith('@example') ? [at] : []));
    return starts.flatMap((start) => {
      const length = lines.slice(start + 1).findIndex((line) => /^@\w/.test(line));
      const example = lines.slice(start, length < 0 ? undefined : start + 1 + length);
      const blocks = fenced(file, example, before + start);
      if (blocks.length === 0) throw new Error(`${file}:${before + start + 1}: @example has no block of \`\`\`ts.`);
      return blocks;
    });
  });
}

/** The blocks between fences of some lines, the first of which has `before` lines before it. */
function fenced(file: string, lines: readonly string[], before = 0): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { at: number; info: string } | undefined;
  lines.forEach((line, at) => {
    if (!line.startsWith('```')) return;
    if (!open) open = { at, info: line.slice(3).trim() };
    else {
      const [language, ...words] = open.info.split(/\s+/);
      const code = lines.slice(open.at + 1, at).join('\n');
      if (/^(ts|typescript)$/.test(language))
        blocks.push({ file, line: before + open.at + 2, code, fragment: words.includes('fragment') });
      open = undefined;
    }
  });
  return blocks;
}
