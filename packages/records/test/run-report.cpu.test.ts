import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordLine } from '../src/record-line.ts';
import { runCurves } from '../src/run-curves.ts';
import { runPictures } from '../src/run-pictures.ts';
import { runReport, type RunReportParts } from '../src/run-report.ts';
import { trainingPace } from '../src/training-pace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-report-'));
  await mkdir(join(folder, 'samples'));
});
afterEach(() => rm(folder, { recursive: true }));

const step = (n: number, numbers: Partial<RecordLine> = {}): RecordLine => ({
  type: 'step',
  step: n,
  examples: 10 * n,
  seconds: 0.5,
  examplesPerSecond: 20,
  losses: { critic: 1, generator: 2 },
  measures: {},
  ...numbers,
} as RecordLine); // prettier-ignore
const titlesOf = (html: string) => [...html.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
const pictureOf = (n: number, bytes = 'x', extension = 'png') =>
  writeFile(join(folder, 'samples', `step-${String(n).padStart(8, '0')}.${extension}`), bytes);
const captionsOf = (html: string) => [...html.matchAll(/<figcaption>([^<]*)</g)].map(([, caption]) => caption);

describe('runReport', () => {
  const parts = (lines: RecordLine[]): RunReportParts => ({
    folder,
    title: 'a <b> run',
    config: { task: 'ddgan', r1: { gamma: 0.2, every: 10 }, betas: Array.from({ length: 100 }, () => 0.25), label: null },
    records: { lines },
    timing: { seconds: 90, sampling: { networkCalls: 4, batch: 100, secondsPerBatch: 0.5 } },
    versions: { diffgan: '0.1.0', backend: '<cpu>' },
    scores: [['score', 'value'], ['FID', '3.2']],
    command: 'diffgan train --config "a&b.json"',
  }); // prettier-ignore

  it('holds all there is to know, escaped, with nothing to load and no script', async () => {
    await pictureOf(2);
    const html = await runReport(
      parts([
        step(1),
        step(2),
        { type: 'best', step: 2, metric: 'FID', value: 3.21234 },
        { type: 'warning', step: 2, kind: 'critic-saturated', message: 'Lower <it>' },
        { type: 'resume', step: 1 },
      ]),
    );
    expect(html).toContain('<h1>a &lt;b&gt; run</h1>');
    expect(html).toContain('2 steps, 20 examples, 1 s of training. Best FID: 3.212 at step 2.');
    expect(html).toContain('Step 2: Lower &lt;it&gt;.');
    expect(html).toContain('<td>FID</td><td>3.2</td>');
    expect(html).toContain('<th>r1.<wbr>gamma</th><td>0.2</td>');
    expect(html).toMatch(/<th>betas<\/th><td>\[0\.25,[^<]{150,170}…<\/td>/);
    expect(html).toContain('<th>speed</th><td>20.0 examples/s, median step 500.0 ms</td>');
    expect(html).toContain('<th>resumed after step</th><td>1</td>');
    expect(html).toContain('4 network calls, 0.50 s for 100 samples, 5.00 ms each');
    expect(html).toContain('<td>&lt;cpu&gt;</td>');
    expect(html).toContain('diffgan train --config &quot;a&amp;b.json&quot;');
    expect(captionsOf(html)).toEqual(['step 2']);
    expect(html).not.toMatch(/(src|href)="(http|file|\/)|<script|NaN|undefined/);
  });

  it('says on top why a run ended before its time', async () => {
    const html = await runReport({ ...parts([step(1)]), ended: 'the critic loss is NaN' });
    expect(html).toMatch(/<h2>Ended before its time<\/h2>\s*<ul[^>]*><li>the critic loss is NaN<\/li>/);
    expect(html.indexOf('Ended')).toBeLessThan(html.indexOf('Scores'));
  });

  it('stands a run that has recorded nothing', async () => {
    const html = await runReport({ folder: join(folder, 'gone'), title: 'x', config: {}, records: { lines: [] }, versions: {}, command: '' }); // prettier-ignore
    expect(html).toContain('0 steps');
    expect(html).not.toMatch(/NaN|undefined/);
  });
});

describe('runCurves', () => {
  it('draws what belongs together in one chart, and a wide range of positive values on a scale of logarithms', () => {
    const measures = (n: number) => ({
      'critic.real': 1,
      'critic.fake': -1,
      'critic.gradientNorm': 10 ** -n,
      accuracy: 0.5,
    });
    const html = runCurves([
      ...[1, 2, 3].map((n) => step(n, { measures: measures(n) })),
      { type: 'validation', step: 3, values: { critic: 1 } },
      { type: 'metric', step: 3, values: { FID: 5, modes: NaN } },
    ]);
    expect(titlesOf(html)).toEqual([
      'Losses',
      'Losses on validation data',
      'FID',
      'Mean logits',
      'Gradient norms',
      'accuracy',
    ]);
    expect(html).toContain('modes: no data');
    const [, norms] = /Gradient norms<\/title>[\s\S]*?points="([^"]*)"/.exec(html)!;
    const heights = norms.split(' ').map((point) => Number(point.split(',')[1]));
    expect(heights[1] - heights[0]).toBeCloseTo(heights[2] - heights[1], 0);
  });

  it('stays small when the run was long', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => step(i + 1, { losses: { critic: Math.sin(i) } }));
    expect(runCurves(lines).length).toBeLessThan(40_000);
  });
});

describe('runPictures', () => {
  it('shows the first picture, the last one and some between', async () => {
    for (let n = 1; n <= 33; n++) await pictureOf(100 * n);
    await writeFile(join(folder, 'samples', 'other.png'), '');
    const html = await runPictures(join(folder, 'samples'));
    expect(captionsOf(html)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33].map((n) => `step ${100 * n}`));
    expect(html).toContain('24 more in the folder of the run');
  });

  it('shows fewer large ones, and none that are too large', async () => {
    for (const n of [1, 2, 3, 4]) await pictureOf(n, 'x'.repeat(3 * 2 ** 20), 'svg');
    await pictureOf(5, 'x'.repeat(9 * 2 ** 20));
    expect(captionsOf(await runPictures(join(folder, 'samples')))).toEqual(['step 1', 'step 4']);
  });

  it('is empty without pictures', async () => {
    expect(await runPictures(join(folder, 'gone'))).toBe('');
  });
});

it('trainingPace counts all steps of a line that stands for several', () => {
  const pace = trainingPace([step(1), step(2), step(12, { seconds: 1 })]);
  expect(pace).toEqual({ steps: 12, examples: 120, seconds: 11, examplesPerSecond: 120 / 11, secondsPerStep: 0.5 });
});
