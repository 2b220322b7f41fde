import ts from 'typescript';

/** A type of the source, whose properties say what their documentation says. */
export interface DocumentedType {
  /** The type of a property without undefined, and what is said of it. */
  property: (name: string) => { about: string; type: DocumentedType } | undefined;
  /** The part of a union whose properties have these literal values. */
  narrow: (literals: Readonly<Record<string, readonly unknown[]>>) => DocumentedType;
}

/** An exported type of a file. */
export function documentedType(file: string, name: string): DocumentedType {
  const { config } = ts.readConfigFile('tsconfig.base.json', (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((exported) => exported.name === name);
  if (symbol === undefined) throw new Error(`${file} exports no type ${name}`);
  return documented([checker.getDeclaredTypeOfSymbol(symbol)], checker);
}

function documented(types: readonly ts.Type[], checker: ts.TypeChecker): DocumentedType {
  const parts = types.flatMap((type) => (type.isUnion() ? type.types : [type]));
  return {
    property(name) {
      const found = parts.flatMap((part) => checker.getPropertyOfType(part, name) ?? []);
      if (found.length === 0) return undefined;
      const own = found.map((symbol) => checker.getNonNullableType(checker.getTypeOfSymbol(symbol)));
      return { about: aboutOf(found[0], checker), type: documented(own, checker) };
    },
    narrow(literals) {
      const fits = (part: ts.Type) =>
        Object.entries(literals).every(([name, values]) => {
          const symbol = checker.getPropertyOfType(part, name);
          return (
            symbol !== undefined && literalsOf(checker.getTypeOfSymbol(symbol)).some((own) => values.includes(own))
          );
        });
      const objects = parts.filter((part) => (part.flags & OBJECTS) !== 0 && !checker.isArrayType(part));
      return documented(objects.filter(fits), checker);
    },
  };
}

const OBJECTS = ts.TypeFlags.Object | ts.TypeFlags.Intersection;

const literalsOf = (type: ts.Type): unknown[] =>
  (type.isUnion() ? type.types : [type]).flatMap((part) => (part.isLiteral() ? [part.value] : []));

/** What is said of a property, and its default. */
function aboutOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const plain = (text: string) =>
    text
      .replace(/\{@link (\w+)\}/g, '$1')
      .replace(/\s+/g, ' ')
      .trim();
  const text = plain(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === 'defaultValue');
  if (tag === undefined) return text;
  return `${text} Default: ${plain(ts.displayPartsToString(tag.text)).replaceAll('`', '')}.`.trim();
}
