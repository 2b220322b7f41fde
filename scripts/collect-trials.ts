// Trials of settings: what `diffgan train` or `diffgan distil` left in the folders that are named becomes data in results/, in a folder for games
// and one for students, and all that is there a table in docs/results/.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface Result {
  config: {
    $schema?: string;
    task: string;
    init?: string;
    training: { batch?: number };
    records: { metricCount: number };
    seed: number;
  };
  backend: string;
  steps: number;
  seconds: number;
  scores: Partial<Record<string, number>>;
}
interface Line {
  type: string;
  step: number;
  losses?: Record<string, number>;
  measures?: Record<string, number>;
  values?: Partial<Record<string, number>>;
}

/** Steps over which the records of a trial are averaged. */
const window = 300;

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

type Trial = ReturnType<typeof trial>;

function trial(folder: string) {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const steps = lines.filter(({ type }) => type === 'step');
  const curve = [];
  for (let from = 0; from < steps.length; from += window) {
    const part = steps.slice(from, from + window);
    curve.push({ step: part[part.length - 1].step, means: meansOf(part) });
  }
  const scored = lines.flatMap(({ type, step, values }) => (type === 'metric' ? [{ step, values }] : []));
  const { config, scores, ...rest } = resultOf(folder) ?? stopped(folder, steps[steps.length - 1].step);
  const { seed, records, init } = config;
  delete config.$schema;
  if (init?.includes('/'))
    config.init = `runs/${init
      .split('/')
      .slice(init.endsWith('/best') ? -2 : -1)
      .join('/')}`; // wherever the folders lay
  return {
    ...{ name: basename(folder), seed, count: records.metricCount, scores, steps: rest.steps, seconds: rest.seconds },
    ...{ backend: rest.backend, config, curve, ...(scored.length > 0 && { scored }) },
  };
}

/** The score at the end, and the best that was taken on the way; of a trial that was stopped the last. */
function scoreOf({ scores, scored }: Trial): string {
  const end = scores['FID-fashion'];
  const onTheWay = (scored ?? []).flatMap(({ step, values }) => {
    const fid = values?.['FID-fashion'];
    return fid === undefined ? [] : [{ step, fid }];
  });
  const last = onTheWay.at(-1);
  if (end === undefined) return last ? `${last.fid.toFixed(1)} after ${last.step}; stopped` : 'stopped';
  const best = onTheWay.reduce((a, b) => (b.fid < a.fid ? b : a), { step: 0, fid: end });
  return `${end.toFixed(1)}${best.fid < end ? `; ${best.fid.toFixed(1)} after ${best.step}` : ''}`;
}

function resultOf(folder: string): Result | undefined {
  const file = join(folder, 'result.json');
  return existsSync(file) ? json<Result>(file) : undefined;
}

/** A trial that was stopped, since its course had told enough: there is no score. */
function stopped(folder: string, steps: number): Result {
  return { config: json<Result['config']>(join(folder, 'config.json')), backend: '', steps, seconds: 0, scores: {} };
}

function meansOf(lines: readonly Line[]): Record<string, number> {
  const values = new Map<string, number[]>();
  for (const { losses, measures } of lines)
    for (const [name, value] of Object.entries({ ...losses, ...measures }))
      values.set(name, [...(values.get(name) ?? []), value]);
  const mean = (all: number[]) => Number((all.reduce((a, b) => a + b, 0) / all.length).toPrecision(4));
  return Object.fromEntries([...values].map(([name, all]) => [name, mean(all)]));
}

/** The settings by their paths. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, own]) => leaves(own, path === '' ? key : `${path}.${key}`));
}

/** The value that most of them have. */
function commonest(values: readonly (string | undefined)[]): string | undefined {
  const count = (value: string | undefined) => values.filter((one) => one === value).length;
  return values.reduce((a, b) => (count(b) > count(a) ? b : a));
}

/** What is not of the game itself. */
const besides = /^(records|sampling)\.|^(command|version|backend|preset|seed)$|^training\.steps$/;

/** What most trials have in common, and a table of the trials with what differs from that. */
function table(trials: readonly Trial[], { measure: [measure, heading] }: Page): string {
  const settings = trials.map(({ config }) => new Map(leaves(config)));
  const paths = [...new Set(settings.flatMap((own) => [...own.keys()]))].filter((path) => !besides.test(path)).sort();
  const usual = new Map(paths.map((path) => [path, commonest(settings.map((own) => own.get(path)))]));
  const varied = paths.filter((path) => new Set(settings.map((own) => own.get(path))).size > 1);
  // What a network of another kind has no word for says nothing.
  const told = (path: string, value: string | undefined) =>
    value === undefined && path.startsWith('networks.') ? [] : [`\`${path}\` ${value ?? 'not set'}`];
  const rows = trials.map((one, i) => {
    const { name, seed, steps, count, curve } = one;
    const own = varied.filter((path) => settings[i].get(path) !== usual.get(path));
    const share = curve[curve.length - 1].means[measure];
    const differs = own.flatMap((path) => told(path, settings[i].get(path))).join('; ');
    return [name, differs, seed, steps, count, scoreOf(one), share].join(' | ');
  });
  const head = `trial | what differs from what most have | seed | steps | samples | FID-fashion | ${heading}`;
  const all = varied.flatMap((path) => told(path, usual.get(path))).join('; ');
  const lines = [head, head.replaceAll(/[^|]+/g, '---'), ...rows].map((row) => `| ${row} |`);
  return `Of what varies, most trials have ${all}.\n\n${lines.join('\n')}`;
}

/** A page of trials of one task. */
interface Page {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** What the last column shows, and its heading. */
  readonly measure: readonly [name: string, heading: string];
}

const recipe: Page = {
  name: 'recipe',
  title: 'The recipe of a small denoising diffusion GAN',
  about: `Trials so far, the preset \`fashion-mnist-ddgan\` with one or a few settings changed; all settings and the course of each are in
\`results/recipe\`. One seed each: the score of one training goes up and down by ten points and more from one five hundred steps to the next, so differences of that size say nothing, and trials this short say what learns fast, not what ends best. *Stopped*: before its end, when its
course had told enough. The start
\`runs/p1\` is a DDPM of the same trunk and schedule that predicts x̂0:

    npm run diffgan -- train --preset fashion-mnist-ddpm --steps 4000 --set schedule.steps=4 --set sampling.steps=4 --set training.predicts=x0 --out runs/p1

\`runs/q0\` is the same after 1000 steps, with averages of 0.99; \`runs/mix2\` has the generator of n1-enc-eps10 and the denoiser of p1, from which a
critic of the style \`unet-encoder\` starts. \`runs/mix3\` has the generator of a student of 2000 steps (\`diffgan distil --init runs/p1\`, the teacher
is the DDPM that ships) and the denoiser of p1. \`runs/wide\` is a DDPM of four steps like p1, but of the U-Net of \`fashion-mnist-ddpm\` and told the class,
3000 steps from its weights.`,
  measure: ['critic.separation', 'critic right, last steps'],
};

const students: Page = {
  name: 'guided-students',
  title: 'Students of a teacher that is told the class, and guided',
  about: `Students of four calls of \`fashion-mnist-ddpm\`, which has FID-fashion 10.1 when it is guided with w = 1, by reverse KL; all settings and the
course of each are in \`results/guided-students\`. One seed each, none to its end: they were *stopped* when their course had told enough. \`fashion-mnist-distil\`, which is
not told the class, has 14.3 (n = 10 000) before it starts; \`runs/game/best\` is the game x1-wide-class of [the recipe](recipe.md) after 1000 steps, told
the class, with 34.7 (n = 1000). **Every one of them is worse than its start**, in bfloat16 as in float32; untold-w1 was at 72.7 after 375 steps and
came down again, slowly. The pictures of the two from \`runs/game/best\` were looked at: pieces get lighter, until most are white.`,
  measure: ['generator.distance', 'distance of the scores, last steps'],
};

/** Where the trials of a task go. */
const pages: Readonly<Record<string, Page>> = { ddgan: recipe, distil: students };

const folderOf = ({ name }: Page) => join('results', name);

for (const run of process.argv.slice(2)) {
  const found = trial(run);
  writeFileSync(join(folderOf(pages[found.config.task]), `${found.name}.json`), `${JSON.stringify(found, null, 1)}\n`);
}
for (const page of Object.values(pages)) {
  const trials = readdirSync(folderOf(page))
    .sort()
    .map((file) => json<Trial>(join(folderOf(page), file)));
  const text = `# ${page.title}

<!-- Written by \`npm run collect-trials\` from ${folderOf(page)}; edit scripts/collect-trials.ts instead. -->

${page.about}

${table(trials, page)}
`;
  writeFileSync(join('docs', 'results', `${page.name}.md`), text);
}
