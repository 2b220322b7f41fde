import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { exportedNames } from './exported-names.ts';

/** A function that an entry of a package exports, and its documentation. */
export interface ExportedFunction {
  name: string;
  /** Where it is declared. */
  file: string;
  /** The comments before it, those of all overloads. */
  doc: string;
}

/** The functions among what an entry exports; what has another declaration, such as a class, is none. */
export const exportedFunctions = (entry: string): ExportedFunction[] =>
  exportedNames(entry)
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(({ name }) => functionOf(entry, name) ?? []);

/** The function of that name in a file, or in the file that it is exported from. */
function functionOf(file: string, name: string): ExportedFunction | undefined {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const declarations = statements.filter((statement) => declaresFunction(statement, name));
  if (declarations.length > 0) return { name, file, doc: declarations.map(docOf).join('\n') };
  for (const statement of statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const { exportClause, moduleSpecifier } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) continue;
    const found = exportClause.elements.find((element) => element.name.text === name);
    const from = moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
    if (found && from.startsWith('.'))
      return functionOf(join(file, '..', from), (found.propertyName ?? found.name).text);
  }
  return undefined;
}

function declaresFunction(statement: ts.Statement, name: string): boolean {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text === name;
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.some(
      ({ name: own, initializer }) =>
        ts.isIdentifier(own) && own.text === name && initializer !== undefined && ts.isFunctionLike(initializer),
    )
  );
}

const docOf = (declaration: ts.Statement): string =>
  ts
    .getJSDocCommentsAndTags(declaration)
    .map((comment) => comment.getText())
    .join('\n');
