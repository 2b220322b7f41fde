import type { Experiment } from './experiment.ts';
import type { Figure } from './figure.ts';
import { table } from './markdown.ts';
import type { BumpsValues, ReverseSteps } from './measurement.ts';
import { panels } from './panels.ts';
import type { Results } from './results.ts';
import { figure } from './score-tables.ts';

const steps = [4, 1, 2, 8, 10, 20, 50, 100, 1000];

const reported = {
  claim:
    'q(x_{t−1} | x_t) is close to a normal distribution for small steps alone; for large ones it has several modes',
};

const sorted = ({ reverse }: BumpsValues): ReverseSteps[] => [...reverse].sort((a, b) => a.steps - b.steps);

function verdict(values: BumpsValues): string {
  const all = sorted(values);
  const falls = all.every(({ divergence }, i) => i === 0 || divergence < all[i - 1].divergence);
  const [few, many] = [all.find((one) => one.steps === 4)!, all[all.length - 1]];
  const size = (one: ReverseSteps) =>
    `${one.divergence.toPrecision(2)} nats from the nearest normal distribution and has two modes for ${(100 * one.multimodal).toFixed(0)} % of the x_t at T = ${one.steps}`;
  return `The reverse step that is least like a normal distribution lies ${size(few)}, ${size(many)}; over T the distance ${falls ? 'falls all the way' : 'does not fall all the way'}.`;
}

export const x5: Experiment = {
  id: 'X5',
  title: 'Why few steps need another model: reverse steps with several modes',
  paper: 'Ho, Jain, Abbeel 2020, figure 2; Xiao, Kreis, Vahdat 2022, figure 2',
  network: 'none: exact by quadrature',
  hours: 0.01,
  reported,
  plan: () => [{ kind: 'bumps', name: 'two', std: 0.1, steps }],
  figures: (results) => {
    const values = bumpsOf(results);
    const drawn: Record<string, Figure> = {};
    if (values) drawn['bumps.svg'] = { kind: 'svg', svg: pictureOf(values) };
    return drawn;
  },
  page: (results) => {
    const values = bumpsOf(results);
    return {
      about:
        'Data of two bumps on a line, at −1 and 1 with a standard deviation of 0.1, diffused in T steps of the schedule `vp`. All densities are computed by quadrature; nothing is trained.',
      verdict: values ? verdict(values) : 'Not run.',
      body: values ? [figure(results, 'bumps.svg', 'Densities of the steps'), tableOf(values)] : [],
      differs: ['The figures of the papers are sketches; these are the densities.'],
    };
  },
};

const tableOf = (values: BumpsValues) =>
  table(
    ['T', 'step that is least normal', 'KL from the nearest normal distribution, nats', 'x_t with more than one mode'],
    sorted(values).map(({ steps: T, t, divergence, multimodal }) => [
      String(T),
      String(t),
      divergence.toPrecision(3),
      `${(100 * multimodal).toFixed(1)} %`,
    ]),
  );

function pictureOf({ grid, marginals, reverse }: BumpsValues): string {
  const over = (density: readonly number[]) => grid.map((x, i) => [x, density[i]] as const);
  const forward = marginals.map((density, t) => ({
    title: `q(x_t), t = ${t} of ${marginals.length - 1}`,
    lines: [over(density)],
  }));
  const shown = [1, 4, 10, 100, 1000].flatMap((T) => reverse.find((one) => one.steps === T) ?? []);
  const back = shown.map(({ steps: T, t, xt, density }) => ({
    title: `T = ${T}: q(x_${t - 1} | x_${t} = ${xt})`,
    lines: [over(density)],
  }));
  return panels([forward, back]);
}

const bumpsOf = (results: Results): BumpsValues | undefined => results.first('bumps', 'two')?.values;
