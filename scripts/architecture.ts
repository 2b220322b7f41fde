import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * The house: each package, by the name of its folder, and the packages that it may import. No arrow goes up, and on the ground floor none
 * imports another.
 */
export type House = Readonly<Record<string, readonly string[]>>;

const ground = ['schedule', 'ops', 'files', 'config'];
const firstFloor = ['objectives', 'fgan-losses', 'unet', 'data', 'fid', 'runtime'];

/** What docs and CONTRIBUTING draw. Kernels are reached by their names, so only `runtime`, which registers them, imports them. */
export const house: House = {
  schedule: [],
  ops: [],
  files: [],
  config: [],
  kernels: [],
  weights: [],
  objectives: ground,
  'fgan-losses': ground,
  unet: ground,
  data: ground,
  fid: ground,
  runtime: ['config', 'files', 'kernels', 'ops'],
  samplers: [...ground, 'objectives'],
  training: [...ground, ...firstFloor.filter((name) => name !== 'fid')],
  hub: [...ground, 'weights', 'objectives', 'unet', 'samplers', 'runtime'],
  records: ['files', 'training'],
  runs: [...ground, ...firstFloor, 'samplers', 'training', 'hub', 'records'],
  experiments: [...ground, ...firstFloor, 'samplers', 'training', 'hub', 'records', 'runs'],
  cli: [...ground, ...firstFloor, 'samplers', 'training', 'hub', 'records', 'weights', 'runs', 'experiments'],
};

/** Packages that may import another by types alone, so that none of its code comes along. */
const typesOnly: Readonly<Record<string, readonly string[]>> = { records: ['training'] };

/** More lines of source than these and a file holds more than one concept. */
const mostLines = 300;

interface Import {
  file: string;
  specifier: string;
  typeOnly: boolean;
}

/**
 * What is wrong with the packages of the repository at `root`, a line each: imports against the arrows of the house, dependencies in a `package.json`
 * that are not the imports, imports by path out of a package, circles of files, files that are too long.
 */
export function architectureFaults(root: string, rules: House = house): string[] {
  const packages = readdirSync(join(root, 'packages')).sort();
  const places = [...packages.map((name) => join('packages', name, 'src')), 'experiments'];
  const faults = places
    .filter((place) => existsSync(join(root, place)))
    .flatMap((place) => placeFaults(root, place, rules));
  const ofC = packages.flatMap((name) => filesOfC(join(root, 'packages', name)).flatMap(lengthFault));
  return [...faults, ...ofC.map((fault) => fault.replaceAll(join(root, '/'), ''))];
}

/** Sources in C and C++ of a package. */
function filesOfC(folder: string): string[] {
  const places = ['native', 'wasm'].map((place) => join(folder, place)).filter((place) => existsSync(place));
  return places.flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(c|cc|h)$/.test(file))
      .map((file) => join(place, file))
      .sort(),
  );
}

function placeFaults(root: string, place: string, rules: House): string[] {
  const sources = join(root, place);
  const folder = place.endsWith('src') ? dirname(sources) : sources;
  const name = basename(folder);
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(test|dist|node_modules)\//.test(file))
    .map((file) => join(sources, file))
    .sort();
  const imports = files.flatMap(importsOf);
  const faults = [
    ...arrowFaults(name, imports, rules),
    ...manifestFaults(folder, imports),
    ...imports.filter(leaves(sources)).map(({ file, specifier }) => `${file} imports ${specifier} by path`),
    ...circles(imports, files).map((circle) => `circle of files: ${circle.join(' → ')}`),
    ...files.flatMap((file) => lengthFault(file)),
  ];
  return faults.map((fault) => fault.replaceAll(join(root, '/'), ''));
}

/** All imports and exports of a file that name a module, dynamic ones included. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const named = moduleOf(node);
    if (named) found.push({ file, ...named });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function moduleOf(node: ts.Node): Omit<Import, 'file'> | undefined {
  const text = (name: ts.Node | undefined) => (name && ts.isStringLiteralLike(name) ? name.text : undefined);
  const named = (specifier: string | undefined, typeOnly: boolean) =>
    specifier === undefined ? undefined : { specifier, typeOnly };
  if (ts.isImportDeclaration(node)) return named(text(node.moduleSpecifier), typesAlone(node.importClause));
  if (ts.isExportDeclaration(node)) return named(text(node.moduleSpecifier), node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(text(node.argument.literal), true);
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return dynamic ? named(text(node.arguments[0]), false) : undefined;
}

function typesAlone(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const bindings = clause.namedBindings;
  const each = bindings && ts.isNamedImports(bindings) && !clause.name && bindings.elements.every((e) => e.isTypeOnly);
  return clause.isTypeOnly || Boolean(each);
}

/** The folder of the package that a specifier names; undefined for other modules. */
const packageOf = (specifier: string): string | undefined => /^@diffgan\/([^/]+)/.exec(specifier)?.[1];

function arrowFaults(name: string, imports: readonly Import[], rules: House): string[] {
  const allowed = rules[name] as readonly string[] | undefined;
  if (!allowed) return [`the package ${name} has no place in the house; give it one in scripts/architecture.ts`];
  return imports.flatMap(({ file, specifier, typeOnly }) => {
    const other = packageOf(specifier);
    if (other === undefined) return [];
    const choice = allowed.length > 0 ? `only ${allowed.join(', ')}` : 'no other package';
    if (!allowed.includes(other)) return [`${file} imports ${specifier}; ${name} may import ${choice}`];
    return !typeOnly && typesOnly[name]?.includes(other)
      ? [`${file} imports more than types of ${specifier}; ${name} may use its types alone`]
      : [];
  });
}

function manifestFaults(folder: string, imports: readonly Import[]): string[] {
  const file = join(folder, 'package.json');
  const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: Record<string, string> };
  const declared = new Set(Object.keys(dependencies).flatMap((name) => packageOf(name) ?? []));
  const used = new Set(imports.flatMap(({ specifier }) => packageOf(specifier) ?? []));
  return [
    ...[...used].filter((name) => !declared.has(name)).map((name) => `${file} does not list @diffgan/${name}`),
    ...[...declared].filter((name) => !used.has(name)).map((name) => `${file} lists @diffgan/${name} in vain`),
  ];
}

const target = ({ file, specifier }: Import): string => join(dirname(file), specifier);

const leaves =
  (sources: string) =>
  (found: Import): boolean =>
    found.specifier.startsWith('.') && relative(sources, target(found)).startsWith('..');

/** Each circle once: walks the files depth first and closes a circle at each file that is on the way already. */
function circles(imports: readonly Import[], files: readonly string[]): string[][] {
  const next = new Map(files.map((file) => [file, new Set<string>()]));
  for (const found of imports) if (found.specifier.startsWith('.')) next.get(found.file)?.add(target(found));
  const [found, done, way]: [string[][], Set<string>, string[]] = [[], new Set(), []];
  const walk = (file: string): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file]);
    if (done.has(file) || way.includes(file)) return;
    way.push(file);
    for (const to of next.get(file) ?? []) walk(to);
    way.pop();
    done.add(file);
  };
  files.forEach(walk);
  return found;
}

function lengthFault(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
  return lines > mostLines ? [`${file} has ${lines} lines; at most ${mostLines} tell one thing`] : [];
}
