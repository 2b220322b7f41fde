import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { divergence } from '@diffgan/fgan-losses';
import { writeNpz } from '@diffgan/files';
import { type JsonObject, resolveConfig, withSchema } from '@diffgan/runs';
import { Interrupted } from '@diffgan/runs/errors';
import { vpSchedule } from '@diffgan/schedule';
import { normalDensity } from '../bumps-on-a-line.ts';
import type { Experiment, How } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import type { Measurement } from '../measurement.ts';
import { ratesName, triedRates } from '../rates.ts';
import { checkResults, formatChecked } from '../reproduce/check.ts';
import { hashOf, trainingIdentity } from '../reproduce/identity.ts';
import { measureBumps } from '../reproduce/measure/bumps.ts';
import { diffusedBumps, logDensityOf } from '../reproduce/measure/diffused-bumps.ts';
import { planMeasurement } from '../reproduce/measure/measure.ts';
import { normalOptimum } from '../reproduce/measure/normal-optimum.ts';
import { pageOf } from '../reproduce/page.ts';
import { completePlan, type PlanStep } from '../reproduce/plan.ts';
import { experimentsOf, reproduce } from '../reproduce/reproduce.ts';
import { WrittenResults } from '../reproduce/results-folder.ts';
import { RunsFolder } from '../reproduce/runs-folder.ts';
import { writeSheets } from '../reproduce/sheets.ts';
import { withSources } from '../reproduce/sources.ts';
import { resolveTraining } from '../reproduce/training-settings.ts';
import { writePages } from '../reproduce/write-results.ts';
import type { ResultsFile } from '../results.ts';
import type { Training } from '../training.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'diffgan-reproduce-'));
});
afterAll(() => rm(home, { recursive: true }));

const [x1, x2, x5] = ['X1', 'X2', 'X5'].map((id) => experiments.find((one) => one.id === id)!);
const choices = [false, true].map((small) => ({ seeds: [0, 3], small }));
const nothingKnown: How['valuesOf'] = () => undefined;
const trainingsOf = (experiment: Experiment, choice: { seeds: number[]; small: boolean }): Training[] =>
  experiment.plan({ ...choice, valuesOf: nothingKnown }).flatMap(({ of }) => (of ? [of] : []));

describe('a training', () => {
  it.each(experiments.map(({ id }) => id))('of %s has settings that diffgan train takes', async (id) => {
    const [experiment] = experimentsOf([id]);
    for (const choice of choices)
      for (const training of trainingsOf(experiment, choice)) {
        const { settings } = await resolveTraining(training, 1);
        expect(settings).toMatchObject({ seed: training.seed, preset: training.preset });
        const short = await resolveTraining(training, 1e-6);
        expect((short.settings.training as JsonObject).steps).toBe(20);
        expect(short.identity).not.toBe((await resolveTraining(training, 1)).identity);
      }
  });

  it('with one name has one identity, and different ones have different names', async () => {
    const named = new Map<string, string>();
    for (const experiment of experiments)
      for (const choice of choices)
        for (const training of trainingsOf(experiment, choice)) {
          const name = `${training.name} ${training.seed}`;
          const { identity } = await resolveTraining(training, 1);
          expect(named.get(name) ?? identity, name).toBe(identity);
          named.set(name, identity);
        }
  });

  it('of X1 is one that diffgan train made from the command line', async () => {
    const set =
      'training.precision=bfloat16 schedule.name=vp schedule.steps=50 sampling.sampler=ddpm sampling.steps=50 records.metricEvery=0';
    const { config: own } = await resolveConfig({ preset: 'fashion-mnist-ddpm', seed: 0, set: set.split(' ') });
    const folder = join(home, 'adopted', 'x1', 'vp-50-seed0');
    await mkdir(folder, { recursive: true });
    const config = withSchema({ ...own, backend: 'tensorflow', version: '0.0.1' }, folder);
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    const training = trainingsOf(x1, { seeds: [0], small: false }).find(({ name }) => name === 'ddpm-50')!;
    const { identity } = await resolveTraining(training, 1);
    expect((await RunsFolder.open(join(home, 'adopted'))).finished(identity)).toBeUndefined(); // not yet
    await writeFile(join(folder, 'result.json'), '{}');
    expect((await RunsFolder.open(join(home, 'adopted'))).finished(identity)).toBe(folder);
  });

  it('of a student is found by what its teacher is, wherever that lies', async () => {
    const teacher: Training = { name: 'teacher', preset: 'gaussians25-ddpm', set: {}, seed: 0 };
    const init: Training = { name: 'start', preset: 'gaussians25-ddgan', set: {}, seed: 0 };
    const student: Training = { name: 'student', preset: 'gaussians25-distil', set: {}, seed: 0, teacher, init };
    const { identity } = await resolveTraining(student, 1);
    for (const [name, source] of [
      ['teacher', teacher],
      ['init', init],
    ] as const) {
      const other = { ...student, [name]: { ...source, seed: 1 } };
      expect((await resolveTraining(other, 1)).identity, name).not.toBe(identity);
    }
    const runs = join(home, 'taught');
    const finish = async (folder: string, { preset, seed }: Training, set: string[] = []) => {
      const { config } = await resolveConfig({ preset, seed, set });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'config.json'), JSON.stringify(withSchema(config, folder)));
      await writeFile(join(folder, 'result.json'), '{}');
      return folder;
    };
    const elsewhere = await finish(join(home, 'elsewhere', 'any-name'), teacher);
    const started = await finish(join(runs, 'started'), init);
    const folder = await finish(join(runs, 'student'), student, [`teacher=${elsewhere}`, `init=${started}`]);
    expect((await RunsFolder.open(runs)).finished(identity)).toBe(folder);
    const { given } = await resolveTraining(student, 1);
    expect(given({ teacher: elsewhere, init: started }).set).toEqual(
      expect.arrayContaining([`teacher="${elsewhere}"`, `init="${started}"`]),
    );
    expect(withSources(student).map(({ name }) => name)).toEqual(['teacher', 'start', 'student']);
  });

  it('is another one with another seed, schedule or rate, and no other one with other records', () => {
    const config = { seed: 0, task: 'ddpm', schedule: { name: 'vp', steps: 4 }, version: '1', records: { a: 1 } };
    const identity = trainingIdentity(config);
    expect(trainingIdentity({ ...config, version: '2', records: {}, backend: 'wasm' })).toBe(identity);
    expect(trainingIdentity({ ...config, seed: 1 })).not.toBe(identity);
    expect(trainingIdentity({ ...config, schedule: { name: 'vp', steps: 5 } })).not.toBe(identity);
  });

  it('a hash does not depend on the order of keys, but on that of lists', () => {
    expect(hashOf({ a: [1, { b: 2, c: 3 }], d: null })).toBe(hashOf({ d: null, a: [1, { c: 3, b: 2 }] }));
    expect(hashOf({ a: [1, 2] })).not.toBe(hashOf({ a: [2, 1] }));
  });
});

describe('a plan', () => {
  const shelf = { runs: RunsFolder.none, scale: 1 };

  it('takes the learning rates that its search found, when all of it is finished', async () => {
    const choice = { seeds: [0], small: false };
    const ratesOf = async (fidOf: (name: string) => number | undefined) => {
      const plan = await completePlan(x2, choice, (measurement) => {
        const fid = fidOf(measurement.name);
        return Promise.resolve(fid === undefined ? undefined : ({ fid } as never));
      });
      return plan.find(({ name }) => name === 'gan-4')!.of!.set['training.learningRate'];
    };
    const usual = await ratesOf(() => undefined);
    expect(await ratesOf((name) => (name.endsWith(ratesName(triedRates[2])) ? 1 : 2))).toEqual(triedRates[2]);
    expect(await ratesOf((name) => (name.endsWith(ratesName(triedRates[2])) ? 1 : undefined))).toEqual(usual);
  });

  it('tells measurements apart by what they depend on, not by what they are called', async () => {
    const [first, second] = x1.plan({ seeds: [0], small: false, valuesOf: nothingKnown });
    const { key } = await planMeasurement(first, shelf);
    expect((await planMeasurement({ ...first, name: 'another' }, shelf)).key).toBe(key);
    expect((await planMeasurement(second, shelf)).key).not.toBe(key);
    expect((await planMeasurement(first, { ...shelf, scale: 0.5 })).key).not.toBe(key);
  });
});

describe('densities of two bumps', () => {
  const { values } = measureBumps({ std: 0.1, steps: [4, 100] });

  it('are those of the mixture', () => {
    const { grid, marginals } = values;
    expect(marginals).toHaveLength(5);
    for (const density of marginals) {
      const mass = density.reduce((sum, p) => sum + p, 0) * (grid[1] - grid[0]);
      expect(mass).toBeCloseTo(1, 1); // the middle alone is told, on a coarse grid
    }
    const at = (x: number) => marginals[0][grid.findIndex((g) => Math.abs(g - x) < 1e-9)];
    expect(at(1)).toBeCloseTo(1 / (2 * 0.1 * Math.sqrt(2 * Math.PI)), 2);
  });

  it('have reverse steps with two modes when they are large, and nearly normal ones when they are small', () => {
    const [large, small] = values.reverse;
    // Two narrow bumps of equal weight, 2 apart: ½ log(1 + 1/0.01) − log 2.
    expect(large.divergence).toBeLessThan(0.5 * Math.log(1 + 100) - Math.log(2));
    expect(large.divergence).toBeGreaterThan(1);
    expect(large.multimodal).toBeGreaterThan(0.5);
    expect(small.divergence).toBeLessThan(1e-2);
    expect(small.multimodal).toBe(0);
  });
});

describe('a normal student of two bumps', () => {
  const schedule = vpSchedule(100);
  const levels = [[1, 2, 3]];
  const start = { mean: 0, deviation: 1 };

  it('has the moments of the bumps by forward KL, and keeps to the higher one by reverse KL', () => {
    const covering = normalOptimum('kl', schedule, levels, start);
    // KL(Q‖P) is least where mean and variance agree, at any level of noise: 0.3 − 0.7, and 0.25² + 1 − 0.4².
    expect(covering.mean).toBeCloseTo(-0.4, 5);
    expect(covering.deviation).toBeCloseTo(Math.sqrt(0.25 ** 2 + 1 - 0.4 ** 2), 5);
    const seeking = normalOptimum('rkl', schedule, levels, start);
    expect(seeking.mean).toBeCloseTo(-1, 1);
    expect(seeking.deviation).toBeCloseTo(0.25, 1);
  });

  it('is between the two by the others, in the order of how much they mind what is missed', () => {
    const widths = (['rkl', 'jeffreys', 'hellinger2', 'js2', 'kl'] as const).map(
      (name) => normalOptimum(name, schedule, levels, start).deviation,
    );
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
  });

  it('rests where the divergence is least', () => {
    const [t] = levels[0];
    const { mean, deviation } = normalOptimum('js2', schedule, [[t]], start);
    const { signal, noise, variance } = diffusedBumps(schedule, t);
    const density = logDensityOf(signal, variance);
    const { f } = divergence('js2');
    const distance = (m: number, s: number) => {
      const spread = Math.hypot(signal * s, Math.sqrt(noise));
      const p = normalDensity({ mean: signal * m, deviation: spread });
      const xs = Array.from({ length: 1601 }, (_, i) => -8 + i * 0.01);
      return xs.reduce((sum, x) => sum + 0.01 * (p(x) > 0 ? p(x) * f(Math.exp(density(x).log) / p(x)) : 0), 0);
    };
    const least = distance(mean, deviation);
    for (const [dm, ds] of [
      [0.02, 0],
      [-0.02, 0],
      [0, 0.02],
      [0, -0.02],
    ])
      // prettier-ignore
      expect(distance(mean + dm, deviation + ds)).toBeGreaterThan(least);
  });
});

const made: ResultsFile = {
  ...{ experiment: 'X5', title: x5.title, paper: x5.paper, reported: x5.reported },
  ...{ scale: 1, small: false, seeds: [0], versions: { diffgan: '0.1.0' }, trainings: [], missing: [], sheets: [] },
  measurements: [],
};

describe('pages', () => {
  it('follow from their results: a change of either is noticed, and written anew', async () => {
    const out = join(home, 'pages');
    expect(formatChecked(await checkResults(out))).toBe('There are no results here');
    await mkdir(join(out, 'results/X5'), { recursive: true });
    const [plan] = x5.plan({ seeds: [0], small: false, valuesOf: nothingKnown });
    const { key } = await planMeasurement(plan, { runs: RunsFolder.none, scale: 1 });
    const { kind, name, ...settings } = plan;
    const density = [0.2, 0.1, 0.2];
    const reverse = [4, 1000].map((steps) => ({ steps, t: 1, divergence: 1 / steps, multimodal: 0.5, xt: 0, density }));
    const values = { grid: [-1, 0, 1], marginals: [density, density], reverse };
    const measured = { kind, name, key, settings, values, backend: 'cpu', files: [] };
    const results = join(out, 'results/X5/results.json');
    await writeFile(results, JSON.stringify({ ...made, measurements: [measured] }));
    expect((await checkResults(out)).stale).toHaveLength(4); // page, figure, overview, claims
    await writePages(out);
    expect(await checkResults(out)).toEqual({ checked: ['X5'], stale: [], changed: [] });
    const page = join(out, 'docs/results/X5.md');
    expect(await readFile(page, 'utf8')).toContain('](../../results/X5/bumps.svg)');
    await writeFile(page, 'by hand');
    expect((await checkResults(out)).stale).toEqual([page]);
    await writeFile(results, JSON.stringify({ ...made, measurements: [{ ...measured, key: 'another' }] }));
    expect((await checkResults(out)).changed).toEqual(['X5: two']);
  });

  it('say what is missing, and that a trial is none', () => {
    expect(pageOf(x5, { ...made, missing: ['two'] })).toContain('Missing: two.');
    expect(pageOf(x5, { ...made, scale: 0.05 })).toContain('A trial of 5 % of the steps');
    expect(pageOf(x5, made)).not.toMatch(/Missing|trial/);
  });
});

it('finds experiments whatever the case of their letters, and suggests one', () => {
  expect(experimentsOf(['x1', 'X24']).map(({ id }) => id)).toEqual(['X1', 'X24']);
  expect(experimentsOf(['all'])).toBe(experiments);
  expect(() => experimentsOf(['X99'])).toThrow(/there is no experiment "X99".*All: X1, /);
});

const options = { ids: ['X8'], scale: 1, seeds: 1, small: false, missing: false, backend: 'cpu' }; // of which nothing is run
const listener = () => {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  return { said, say, heading: say, progress: () => undefined, finish: () => undefined };
};

it('stopped before anything was measured, leaves no page', async () => {
  const folders = { runs: join(home, 'stopped'), out: join(home, 'stopped/out') };
  const controller = new AbortController();
  const terminal = { ...listener(), heading: () => controller.abort(new Interrupted('Ctrl-C')) };
  const stopped = reproduce({ ...options, ids: ['X1'], ...folders }, terminal, controller.signal);
  await expect(stopped).rejects.toThrow(Interrupted);
  expect(existsSync(folders.out)).toBe(false);
});

describe('the lock of a folder of runs', () => {
  const { signal } = new AbortController();

  it('lets one work and the other wait', async () => {
    const folders = { runs: join(home, 'locked'), out: join(home, 'locked/out') };
    const terminals = [listener(), listener()];
    const [first, second] = await Promise.all(
      terminals.map((one) => reproduce({ ...options, ...folders }, one, signal)),
    );
    expect(first).toEqual(second);
    const said = terminals.flatMap((one) => one.said);
    expect(said.filter((line) => line.startsWith('Another reproduce works in'))).toHaveLength(1);
    expect(existsSync(join(folders.runs, 'reproduce.lock'))).toBe(false);
  });

  it('ends the waiting with the reason of the signal', async () => {
    const runs = join(home, 'held');
    await mkdir(runs);
    await writeFile(join(runs, 'reproduce.lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
    const controller = new AbortController();
    const waiting = listener();
    const say = (line: string) => {
      waiting.say(line);
      controller.abort(new Interrupted('stopped'));
    };
    await expect(reproduce({ ...options, runs, out: runs }, { ...waiting, say }, controller.signal)).rejects.toThrow(
      new Interrupted('stopped'),
    );
  });
});

describe('results of another machine', () => {
  const out = join(tmpdir(), `diffgan-elsewhere-${process.pid}`);
  afterAll(() => rm(out, { recursive: true, force: true }));

  it('count as done with `missing`, and are made again without it', async () => {
    const [plan] = x5.plan({ seeds: [0], small: false, valuesOf: nothingKnown });
    const { key } = await planMeasurement(plan, { runs: RunsFolder.none, scale: 1 });
    const reverse = [4, 1000].map((steps) => ({ steps, t: 1, divergence: 1, multimodal: 0, xt: 0, density: [1] }));
    const values = { grid: [0], marginals: [[1]], reverse };
    const measured = { kind: 'bumps', name: plan.name, key, settings: {}, values, backend: 'elsewhere', files: [] };
    const results = join(out, 'results/X5/results.json');
    await mkdir(join(out, 'results/X5'), { recursive: true });
    await writeFile(results, JSON.stringify({ ...made, measurements: [measured] }));
    const begin = async (missing: boolean) => {
      const controller = new AbortController();
      const terminal = { ...listener(), heading: () => controller.abort(new Interrupted('begun')) };
      const all = { ...options, ids: ['X5'], runs: join(out, 'runs'), out, missing };
      const [done] = await reproduce(all, terminal, controller.signal);
      return done;
    };
    expect(await begin(true)).toMatchObject({ measured: 1, of: 1 });
    expect((JSON.parse(await readFile(results, 'utf8')) as ResultsFile).measurements).toEqual([measured]);
    await expect(begin(false)).rejects.toThrow(Interrupted);
  });

  it('are found by what they depend on, with their files in the same experiment alone', async () => {
    const key = 'made-up';
    const of = async (files: string[]) => {
      const file = { experiment: 'X5', measurements: [{ key, files }] };
      await mkdir(join(out, 'kept/results/X5'), { recursive: true });
      await writeFile(join(out, 'kept/results/X5/results.json'), JSON.stringify(file));
      const results = await WrittenResults.open(join(out, 'kept'));
      return ['X5', 'X1'].map((id) => results.find(key, id)?.result.key);
    };
    expect(await of([])).toEqual([key, key]);
    expect(await of(['a.png'])).toEqual([key, undefined]);
  });

  it('keep their rows of a sheet; what was never drawn is left out', async () => {
    const sheet = { file: 'samples.png', caption: 'Samples', rows: ['few', 'many', 'never'], columns: 2 };
    const planned = (name: string): PlanStep => {
      const measurement = {
        kind: 'scores',
        name,
        of: {} as Training,
        sampling: { sampler: 'ddpm' },
        count: 2,
        seed: 1,
      };
      const kept = { values: {} as never, files: [], backend: 'cpu', seconds: 0 };
      return { measurement: measurement as Measurement, key: name, folder: join(out, name), kept, written: undefined };
    };
    const [few, many, never] = sheet.rows.map(planned);
    const elsewhere = (step: PlanStep): PlanStep => ({ ...step, kept: undefined });
    for (const [{ folder }, grey] of new Map([
      [few, 50],
      [many, 200],
    ])) {
      const data = new Uint8Array(2 * 784).fill(grey);
      await mkdir(join(folder, 'parts'), { recursive: true });
      await writeFile(join(folder, 'parts/part-0000.npz'), writeNpz({ arr_0: { shape: [2, 28, 28, 1], data } }));
    }
    const file = { ...made, measurements: [{ kind: 'scores', name: 'few', key: 'few' }] } as unknown as ResultsFile;
    const first = await writeSheets([sheet], [few, elsewhere(many), elsewhere(never)], out, undefined);
    expect(first).toEqual([{ file: 'samples.png', caption: 'Samples', rows: ['few'] }]);
    const earlier = { ...file, sheets: first };
    const second = await writeSheets([sheet], [elsewhere(few), many, elsewhere(never)], out, earlier);
    expect(second[0].rows).toEqual(['few', 'many']);
    const { data, width, height } = decode(await readFile(join(out, 'samples.png')));
    const greys = [0, 1].map((row) => data[(row * 60 + 5) * width + 5]); // 28 pixels and 2 white ones between, doubled
    expect(greys).toEqual([50, 200]);
    expect(height).toBe(2 * (28 + 2 + 28));
    const changed = { ...earlier, measurements: [{ ...file.measurements[0], key: 'of other settings' }] };
    const third = await writeSheets([sheet], [elsewhere(few), many, elsewhere(never)], out, changed);
    expect(third[0].rows).toEqual(['many']);
    const page = pageOf({ ...x5, sheets: [sheet] }, { ...made, sheets: second });
    expect(page).toContain('Only these rows are there yet: few, many.');
  });
});

describe('only some measurements', () => {
  it('are made; a name that nothing has is told, with what is meant', async () => {
    const { signal } = new AbortController();
    const folders = { runs: join(home, 'only'), out: join(home, 'only/out') };
    const all = { ...options, ...folders, ids: ['X5', 'X8'] };
    await expect(reproduce({ ...all, only: ['twoo'] }, listener(), signal)).rejects.toThrow(
      /--only: X5, X8 make no measurement "twoo"; did you mean two\?/,
    );
    const [none] = await reproduce({ ...all, ids: ['X24'], only: [] }, listener(), signal);
    expect(none).toMatchObject({ measured: 0, of: 14 });
  });
});
