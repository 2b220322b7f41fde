import { claims } from '../claims.ts';
import type { Experiment } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { Results, type ResultsFile } from '../results.ts';

/** Results by the ids of their experiments. */
export type AllResults = ReadonlyMap<string, ResultsFile>;

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The table of all experiments: the README of the pages. */
export function overviewPage(all: AllResults): string {
  const rows = experiments.map((experiment) => {
    const file = all.get(experiment.id);
    const name = file ? `[${experiment.id}](${experiment.id}.md)` : experiment.id;
    return row([name, experiment.title, experiment.paper, verdictOf(experiment, file)]);
  });
  const head = ['', 'experiment', 'after', 'what came out'];
  return [
    '# Results',
    '<!-- `diffgan reproduce` writes this page from results/*/results.json. -->',
    "The papers' experiments on Fashion-MNIST and on points, on two cores. Each page has our figure or table beside the paper's numbers, what differs, and how it was made; every number on it comes from the `results.json` of the experiment. [The papers' claims](claims.md), one by one.",
    '    npm run diffgan -- reproduce --list       # what there is, and what it costs\n    npm run diffgan -- reproduce X24 --scale 0.02   # a trial\n    npm run diffgan -- reproduce X2 --missing     # adds to these results what they do not have\n    npm run diffgan -- reproduce --check      # whether the pages are those of the results',
    [row(head), row(head.map(() => '---')), ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

const verdictOf = (experiment: Experiment, file: ResultsFile | undefined): string =>
  file ? experiment.page(new Results(file)).verdict.replaceAll('|', '\\|') : 'not run';

/** The claims of the papers with what the results say of them. */
export function claimsPage(all: AllResults): string {
  const resultsOf = (id: string) => {
    const file = all.get(id);
    return file && new Results(file);
  };
  const parts = claims.map((one) => {
    const { claim, paper, experiments: ids } = one;
    const { verdict, because } = one.judge(resultsOf);
    const pages = ids.map((id) => (all.has(id) ? `[${id}](${id}.md)` : id)).join(', ');
    return `## ${claim}\n\n**${verdict}.** ${because} (${paper}; ${pages})`;
  });
  return [
    "# The papers' claims",
    '<!-- `diffgan reproduce` writes this page from results/*/results.json. -->',
    'Whether they hold here: with small networks, short trainings and Fashion-MNIST, by the numbers of the experiments. *Not shown* means that the numbers are not there or do not tell; a difference counts as clear when it is more than twice its standard deviation.',
    ...parts,
  ]
    .join('\n\n')
    .concat('\n');
}
