// Builds the site into the folder `site`: landing page, guides, READMEs and API with one search over them, the network that draws in the
// landing page, and the laboratory; then follows every link of it, and of all Markdown of the repository. Asks nothing of the network.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { Application, Converter, DeclarationReflection, IndexEvent, RendererEvent, TypeDocReader } from 'typedoc';
import { brokenLinks, filesBelow } from './site/broken-links.ts';
import { contents } from './site/contents.ts';
import {
  addReadmes,
  forgetForeignSources,
  groupGuide,
  nameGuides,
  pointIntoRepository,
  searchText,
} from './site/guides.ts';

const out = 'site';
const model = 'models/fashion-mnist-distil';

async function writePages(): Promise<void> {
  const guides = Object.values(contents).flatMap((group) => Object.values(group));
  const app = await Application.bootstrapWithPlugins(
    {
      out,
      projectDocuments: guides.map((file) => `docs/${file}`),
      categoryOrder: [...Object.keys(contents), 'Packages'],
    },
    [new TypeDocReader()],
  );
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, guide) => groupGuide(guide));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    addReadmes(project, app.converter);
    pointIntoRepository(project);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => forgetForeignSources(project));
  app.renderer.on(RendererEvent.BEGIN, ({ project }: RendererEvent) => nameGuides(project));
  app.renderer.on(IndexEvent.PREPARE_INDEX, (index: IndexEvent) =>
    index.searchResults.forEach((found, i) => {
      if (found instanceof DeclarationReflection && found.readme)
        index.searchFields[i] = { document: searchText(found) };
    }),
  );
  const project = await app.convert();
  if (!project) throw new Error('the packages have errors');
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('the pages have the faults above');
}

/** The one file of `@diffgan/hub`, and the network that it loads. */
function addLivePage(): void {
  const args = ['--conditions=@diffgan/source', '--import', 'tsx', 'scripts/bundle-page.ts', `${out}/live`];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  for (const file of ['README.md', 'config.json', 'generator/config.json', 'generator/model.float16.safetensors'])
    cpSync(`packages/weights/${model}/${file}`, `${out}/live/${model}/${file}`);
}

/** The page of examples/lab, as Vite builds it. */
function addLaboratory(): void {
  const args = [
    'node_modules/vite/bin/vite.js',
    'build',
    'examples/lab',
    '--outDir',
    resolve(out, 'lab'),
    '--emptyOutDir',
  ];
  const { status, stderr } = spawnSync(process.execPath, [...args, '--logLevel', 'error'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

await writePages();
addLivePage();
addLaboratory();
const [pages, texts] = [filesBelow(out, '.html'), filesBelow('.', '.md')];
const broken = [...brokenLinks(out, pages, '.'), ...brokenLinks('.', texts, '.')];
for (const link of broken) console.error(link);
console.log(
  `${pages.length} pages in ${out}/; ${broken.length} broken links in them and in ${texts.length} Markdown files`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
