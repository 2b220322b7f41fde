import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  Comment,
  type CommentDisplayPart,
  CommentTag,
  type Converter,
  type DeclarationReflection,
  type DocumentReflection,
  MinimalSourceFile,
  type NormalizedPath,
  type ProjectReflection,
  ReflectionKind,
} from 'typedoc';
import { contents } from './contents.ts';

/** Where what is no page of the site is read. */
export const repository = 'https://github.com/diffgan/diffgan';

/** Puts a guide, named after its file, into its group. */
export function groupGuide({ name, frontmatter }: DocumentReflection): void {
  const found = Object.entries(contents).find(([, guides]) => Object.values(guides).includes(`${name}.md`));
  frontmatter.category = found![0];
}

/** Names the guides by their titles, once their addresses are made of the names of their files. */
export function nameGuides({ documents = [] }: ProjectReflection): void {
  const titles = Object.values(contents).flatMap((guides) => Object.entries(guides));
  for (const guide of documents) guide.name = titles.find(([, file]) => file === `${guide.name}.md`)![0];
}

/** Puts the README of each package above the list of what it exports; links to that README then lead there. */
export function addReadmes(project: ProjectReflection, converter: Converter): void {
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    (module.comment ??= new Comment()).blockTags.push(
      new CommentTag('@category', [{ kind: 'text', text: 'Packages' }]),
    );
    const source = module.sources![0].fullFileName;
    const readme = join(dirname(source), '../README.md') as NormalizedPath;
    if (!source.endsWith('/src/index.ts') || !existsSync(readme)) continue;
    const text = readFileSync(readme, 'utf8').replace(/^# .*\n+/, '');
    module.readme = converter.parseRawComment(
      new MinimalSourceFile(withRelativeLinks(text, dirname(readme)), readme),
      project.files,
    ).content;
    module.comment.summary = [];
    project.files.registerReflectionPath(readme, module);
    project.files.registerReflectionPath(dirname(readme) as NormalizedPath, module);
  }
}

/** READMEs link to the repository by its address, since packages are read elsewhere, too; here such a link may be a page. */
const withRelativeLinks = (text: string, folder: string): string =>
  text.replaceAll(
    /\]\(https:\/\/github\.com\/diffgan\/diffgan\/(?:blob|tree)\/main\/([^)\s]+)\)/g,
    (_, path: string) => {
      return `](${relative(folder, path)})`;
    },
  );

/** Declarations of TypeScript itself have no place in the repository. */
export function forgetForeignSources(project: ProjectReflection): void {
  for (const reflection of Object.values(project.reflections))
    if (reflection.isDeclaration() || reflection.isSignature())
      reflection.sources = reflection.sources?.filter(({ fullFileName }) => !fullFileName.includes('/node_modules/'));
}

/** Links to files that are neither pages nor pictures lead to the repository. */
export function pointIntoRepository(project: ProjectReflection): void {
  const outside = (part: CommentDisplayPart): CommentDisplayPart => {
    if (part.kind !== 'relative-link' || part.target === undefined) return part;
    const path = project.files.resolve(part.target, project);
    if (typeof path !== 'string' || /\.(png|svg|gif)$/.test(path)) return part;
    const kind = statSync(path).isDirectory() ? 'tree' : 'blob';
    const anchor = part.targetAnchor === undefined ? '' : `#${part.targetAnchor}`;
    return { kind: 'text', text: `${repository}/${kind}/main/${relative('.', path)}${anchor}` };
  };
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDocument()) reflection.content = reflection.content.map(outside);
    if (hasReadme(reflection)) reflection.readme = reflection.readme.map(outside);
  }
}

const hasReadme = (r: object): r is { readme: CommentDisplayPart[] } => 'readme' in r && Array.isArray(r.readme);

/** What the search knows of a package beside its name. */
export const searchText = ({ readme = [] }: DeclarationReflection): string => readme.map(({ text }) => text).join('\n');
