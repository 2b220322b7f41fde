import ts from 'typescript';

/** The packages that a page of Markdown has its reader install: those of every `npm install` into its own folder. */
export const installedBy = (markdown: string): Set<string> =>
  new Set(
    [...markdown.matchAll(/^ *npm install (?!.*--global)(.*?)(?: *#.*)?$/gm)].flatMap(([, line]) =>
      line
        .split(/\s+/)
        .filter((word) => !word.startsWith('-'))
        .map((word) => word.replace(/(?<=.)@.*$/, '')),
    ),
  );

/** The packages that a program imports, those of Node aside. */
export const importedBy = (code: string): Set<string> =>
  new Set(
    ts
      .preProcessFile(code)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => !/^(node:|\.)/.test(name))
      .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]),
  );
