import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A name that an entry of a package exports. */
export interface ExportedName {
  name: string;
  typeOnly: boolean;
}

/** What an entry, whose exports are explicit lists, exports: sorted by name. */
export function exportedNames(entry: string): ExportedName[] {
  const source = ts.createSourceFile(entry, readFileSync(entry, 'utf8'), ts.ScriptTarget.Latest);
  const names = source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) {
      if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport))
        throw new Error(
          `${entry} exports "${statement.getText(source).split('\n', 1)[0]}"; an entry is a list of exports.`,
        );
      return [];
    }
    const { exportClause, isTypeOnly } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) throw new Error(`${entry} exports by *; name the exports.`);
    return exportClause.elements.map(({ name, isTypeOnly: own }) => ({ name: name.text, typeOnly: isTypeOnly || own }));
  });
  return names.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const isExport = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.ExportKeyword;
