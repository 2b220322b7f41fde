import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A name that an entry of a package exports. */
export interface ExportedName {
  name: string;
  typeOnly: boolean;
}

/** What an entry exports, by lists or where it is declared: sorted by name. */
export function exportedNames(entry: string): ExportedName[] {
  const source = ts.createSourceFile(entry, readFileSync(entry, 'utf8'), ts.ScriptTarget.Latest);
  const names = source.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) ? listed(statement, entry) : declared(statement, entry),
  );
  return names.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function listed({ exportClause, isTypeOnly }: ts.ExportDeclaration, entry: string): ExportedName[] {
  if (!exportClause || !ts.isNamedExports(exportClause)) throw new Error(`${entry} exports by *; name the exports.`);
  return exportClause.elements.map(({ name, isTypeOnly: own }) => ({ name: name.text, typeOnly: isTypeOnly || own }));
}

function declared(statement: ts.Statement, entry: string): ExportedName[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  const typeOnly = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  const declarations = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
  return declarations.map((declaration) => {
    const { name } = declaration as ts.NamedDeclaration;
    if (!name || !ts.isIdentifier(name)) throw new Error(`${entry} exports something without a name.`);
    return { name: name.text, typeOnly };
  });
}
