import { describe, expect, it } from 'vitest';
import { claims } from '../claims.ts';
import type { How } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { searchName, triedRates } from '../rates.ts';
import { madeUpResults } from './made-up-results.ts';

const nothingKnown: How = { seeds: [0, 1], small: false, valuesOf: () => undefined };

it('experiments have ids of their own, in order', () => {
  const ids = experiments.map(({ id }) => id);
  for (const letter of ['X', 'B']) {
    const numbers = ids.filter((id) => id.startsWith(letter)).map((id) => Number(id.slice(1)));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  }
  for (const id of ids) expect(id).toMatch(/^[XB]\d+$/);
});

describe.each(experiments.map((experiment) => [experiment.id, experiment] as const))('%s', (_, experiment) => {
  const plan = experiment.plan(nothingKnown);

  it('measures nothing twice, and tells its measurements apart by kind, name and seed', () => {
    const names = plan.map(({ kind, name, of }) => `${kind} ${name} ${of?.seed ?? ''}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it('shows on its sheets what it measures', () => {
    const scored = plan.flatMap(({ kind, name }) => (kind === 'scores' ? [name] : []));
    for (const { rows } of experiment.sheets ?? []) expect(scored).toEqual(expect.arrayContaining([...rows]));
  });

  it('has a page that says what it is about before anything has been run', () => {
    const results = madeUpResults(experiment);
    const { about, verdict, body, differs } = experiment.page(results);
    for (const text of [about, verdict, ...body, ...differs]) expect(text).not.toMatch(/undefined|NaN|\[object/);
    expect(about.length).toBeGreaterThan(20);
    expect(verdict).toMatch(/\w.*\.$/);
    for (const figure of Object.values(experiment.figures?.(results) ?? {}))
      expect(JSON.stringify(figure)).not.toMatch(/undefined|NaN/);
  });
});

it('no claim is judged before its experiments have been run', () => {
  for (const claim of claims) {
    expect(
      claim.judge(() => undefined),
      claim.claim,
    ).toMatchObject({ verdict: 'not shown' });
    const results = (id: string) => madeUpResults(experiments.find((one) => one.id === id)!);
    expect(claim.judge(results), claim.claim).toMatchObject({ verdict: 'not shown' });
  }
});

it('X2 says that learning rates come from a search when there was one, and shows it', () => {
  const x2 = experiments.find(({ id }) => id === 'X2')!;
  const page = (rates: readonly { generator: number; critic: number }[]) => {
    const scores = { fid: 50, fidDeviation: 1 };
    const { body, differs } = x2.page(
      madeUpResults(
        x2,
        rates.map((one) => ['scores', searchName('gan', one), scores] as const),
      ),
    );
    return [...body, ...differs].join('\n');
  };
  expect(page([])).not.toContain('The search for learning rates, T');
  expect(page(triedRates.slice(1))).toContain('The search for learning rates, T');
  expect(page(triedRates.slice(1))).toContain('is not finished');
  expect(page(triedRates)).toContain('Learning rates come from a small search');
});
