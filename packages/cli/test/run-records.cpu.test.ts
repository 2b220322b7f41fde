import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainEvent } from '@diffgan/training';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordLine } from '../src/records/record-line.ts';
import { readRecords, RunRecords } from '../src/records/run-records.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-records-'));
});
afterEach(() => rm(folder, { recursive: true }));

const step = (n: number, loss = n): TrainEvent => ({
  type: 'step',
  step: n,
  steps: 1e6,
  losses: { critic: loss },
  measures: { 'critic.gradientNorm': 0.5 },
  examples: 32 * n,
  seconds: 0.25,
  vectors: () => Promise.reject(new Error('not here')),
});
const stepsOf = (lines: readonly RecordLine[]) => lines.flatMap((line) => (line.type === 'step' ? [line.step] : []));
const linesInFile = async () => (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).split('\n').slice(0, -1);

describe('RunRecords', () => {
  it('writes a line of JSON for what a trainer says', async () => {
    const records = await RunRecords.open(folder);
    records.add(step(1));
    records.add({ type: 'validation', step: 1, values: { critic: 2 } });
    records.add({ type: 'metric', step: 1, values: { 'FID-fashion': 30 } });
    records.add({ type: 'best', step: 1, metric: 'FID-fashion', value: 30, file: 'run.best.safetensors' });
    records.add({ type: 'checkpoint', step: 1, file: 'run.safetensors' });
    records.add({ type: 'warning', step: 1, kind: 'critic-saturated', message: 'lower it' });
    await records.close();
    expect((await linesInFile()).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        type: 'step',
        step: 1,
        examples: 32,
        seconds: 0.25,
        examplesPerSecond: 128,
        losses: { critic: 1 },
        measures: { 'critic.gradientNorm': 0.5 },
      },
      { type: 'validation', step: 1, values: { critic: 2 } },
      { type: 'metric', step: 1, values: { 'FID-fashion': 30 } },
      { type: 'best', step: 1, metric: 'FID-fashion', value: 30 },
      { type: 'warning', step: 1, kind: 'critic-saturated', message: 'lower it' },
    ]);
    expect(await readRecords(folder)).toEqual(records.lines);
  });

  it('forgets, when a run goes on, the steps that come again and a line cut short', async () => {
    const records = await RunRecords.open(folder);
    [1, 2, 3, 4].forEach((n) => records.add(step(n)));
    await records.flush();
    await appendFile(join(folder, 'metrics.jsonl'), '{"type":"step","step":5,"exa');
    const resumed = await RunRecords.open(folder, { resume: true });
    expect(stepsOf(resumed.lines)).toEqual([1, 2, 3, 4]);
    resumed.add({ type: 'resume', step: 2, file: 'run.safetensors' });
    resumed.add(step(3));
    await resumed.close();
    const types = resumed.lines.map((line) => `${line.type} ${line.step}`);
    expect(types).toEqual(['step 1', 'step 2', 'resume 2', 'step 3']);
    expect(await readRecords(folder)).toEqual(resumed.lines);
  });

  it('begins anew unless it is told to go on', async () => {
    const records = await RunRecords.open(folder);
    records.add(step(1));
    await records.close();
    await RunRecords.open(folder);
    expect(await linesInFile()).toEqual([]);
  });
});
