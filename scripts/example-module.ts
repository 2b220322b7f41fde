import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './code-blocks.ts';
import { exportedNames } from './exported-names.ts';

/** Where each exported name of the packages is imported from; the entry of a package itself goes before others. */
export type Exports = ReadonlyMap<string, readonly { name: string; specifier: string; typeOnly: boolean }[]>;

/** The exports of all packages of the repository at `root`, by the folder of the package. */
export function packageExports(root: string): Exports {
  return new Map(
    readdirSync(join(root, 'packages')).map((folder) => {
      const entries = ['index', 'node', 'errors'].map((entry) => ({
        file: join(root, 'packages', folder, 'src', `${entry}.ts`),
        specifier: entry === 'index' ? `@diffgan/${folder}` : `@diffgan/${folder}/${entry}`,
      }));
      const names = entries
        .filter(({ file }) => existsSync(file))
        .flatMap(({ file, specifier }) => exportedNames(file).map((exported) => ({ ...exported, specifier })));
      return [folder, names];
    }),
  );
}

/**
 * The module that a block is. An `@example` may leave out the imports of TensorFlow.js as `tf` and of what the packages export, of which the
 * package that it stands in goes first: they are added before its first line, on one line.
 */
export function exampleModule({ file, code }: CodeBlock, exports: Exports): string {
  if (!file.endsWith('.ts')) return code;
  const free = freeNames(code);
  const own = file.split('/')[1];
  const imports = [...free].flatMap((name) => {
    if (name === 'tf') return ["import * as tf from '@tensorflow/tfjs-core';"];
    const found = [own, ...exports.keys()].flatMap((folder) => exports.get(folder)!.filter((e) => e.name === name));
    return found.slice(0, 1).map((e) => `import { ${e.typeOnly ? 'type ' : ''}${name} } from '${e.specifier}';`);
  });
  return `${imports.join(' ')}${code}`;
}

/** Names that a program uses and does not declare. */
function freeNames(code: string): Set<string> {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (declares(node) ? declared : refers(node) ? used : new Set()).add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Set([...used].filter((name) => !declared.has(name)));
}

const declares = (node: ts.Identifier): boolean =>
  (ts.isVariableDeclaration(node.parent) ||
    ts.isParameter(node.parent) ||
    ts.isBindingElement(node.parent) ||
    ts.isFunctionDeclaration(node.parent) ||
    ts.isClassDeclaration(node.parent) ||
    ts.isInterfaceDeclaration(node.parent) ||
    ts.isTypeAliasDeclaration(node.parent) ||
    ts.isImportSpecifier(node.parent) ||
    ts.isNamespaceImport(node.parent) ||
    ts.isImportClause(node.parent)) &&
  node.parent.name === node;

/** Whether it stands for a value or a type, not for a member. */
const refers = (node: ts.Identifier): boolean =>
  !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
  !(ts.isQualifiedName(node.parent) && node.parent.right === node) &&
  !(ts.isPropertyAssignment(node.parent) && node.parent.name === node) &&
  !(ts.isBindingElement(node.parent) && node.parent.propertyName === node) &&
  !((ts.isMethodDeclaration(node.parent) || ts.isPropertySignature(node.parent)) && node.parent.name === node);
