import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrainEvent } from '@diffgan/training';
import { GrowingFile } from '../src/growing-file.ts';
import { formatLine, parseLine, type RecordLine } from '../src/record-line.ts';
import { RecordsWriteError } from '../src/records-write-error.ts';
import { readRecords, runRecords } from '../src/run-records.ts';
import { scalarsEvent, startEvent, versionEvent } from '../src/tensorboard-events.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diffgan-records-'));
});
afterEach(() => rm(folder, { recursive: true }));

const step = (n: number, loss = n): TrainEvent => ({
  type: 'step',
  step: n,
  steps: Infinity,
  losses: { critic: loss },
  measures: { 'critic.gradientNorm': 0.5 },
  examples: 32 * n,
  seconds: 0.25,
  vectors: () => Promise.reject(new Error('not here')),
});
const stepsOf = (lines: readonly RecordLine[]) => lines.flatMap((line) => (line.type === 'step' ? [line.step] : []));
const linesInFile = async () => (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).split('\n').slice(0, -1);

describe('runRecords', () => {
  it('writes a line of JSON for what a trainer says', async () => {
    const records = await runRecords(folder);
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
    const records = await runRecords(folder);
    [1, 2, 3, 4].forEach((n) => records.add(step(n)));
    await records.flush();
    await appendFile(join(folder, 'metrics.jsonl'), '{"type":"step","step":5,"exa');
    const resumed = await runRecords(folder, { resume: true });
    expect(stepsOf(resumed.lines)).toEqual([1, 2, 3, 4]);
    resumed.add({ type: 'resume', step: 2, file: 'run.safetensors' });
    resumed.add(step(3));
    await resumed.close();
    const types = resumed.lines.map((line) => `${line.type} ${line.step}`);
    expect(types).toEqual(['step 1', 'step 2', 'resume 2', 'step 3']);
    expect(await readRecords(folder)).toEqual(resumed.lines);
  });

  it('begins anew unless it is told to go on', async () => {
    const records = await runRecords(folder);
    records.add(step(1));
    await records.close();
    await runRecords(folder);
    expect(await linesInFile()).toEqual([]);
  });

  it('writes by itself when there has been no checkpoint for a while, what a killed run then has', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const records = await runRecords(folder);
      records.add(step(1));
      expect(await linesInFile()).toEqual([]);
      vi.advanceTimersByTime(30_000);
      records.add(step(2));
    } finally {
      vi.useRealTimers();
    }
    await vi.waitUntil(async () => (await linesInFile()).length === 2);
  });

  it('takes the steps of a long run together, as many as it must to stay small, and those before a checkpoint', async () => {
    const records = await runRecords(folder);
    records.add({ ...step(10_000, 7), measures: {} } as TrainEvent);
    for (let n = 10_001; n <= 10_010; n++) records.add(step(n, n));
    for (let n = 10_011; n <= 10_013; n++) records.add(step(n, n));
    records.add({ type: 'checkpoint', step: 10_013, file: 'run.safetensors' });
    records.add(step(10_014));
    await records.close();
    const losses = records.lines.map((line) => line.type === 'step' && [line.step, line.losses.critic]);
    expect(losses).toEqual([[10_000, 7], [10_010, 10_005.5], [10_013, 10_012], [10_014, 10_014]]); // prettier-ignore
  });

  it('writes ten thousand lines or so for a run of a known length', async () => {
    const records = await runRecords(folder);
    for (let n = 1; n <= 7; n++) records.add({ ...step(n), steps: 30_000 } as TrainEvent);
    records.add({ type: 'metric', step: 7, values: { fid: 1 } });
    await records.close();
    expect(records.lines.map((line) => `${line.type} ${line.step}`)).toEqual([
      'step 3',
      'step 6',
      'step 7',
      'metric 7',
    ]);
  });

  it('keeps pictures beside the lines', async () => {
    const records = await runRecords(folder);
    const file = await records.addPicture(500, { extension: 'svg', bytes: '<svg/>' });
    await records.close();
    expect(file).toBe(join(folder, 'samples', 'step-00000500.svg'));
    expect(await readFile(file, 'utf8')).toBe('<svg/>');
  });

  it('makes the folder', async () => {
    const records = await runRecords(join(folder, 'new', 'run'));
    records.add(step(1));
    await records.close();
    expect(await readdir(join(folder, 'new', 'run'))).toContain('metrics.jsonl');
  });

  it('says where it cannot write', async () => {
    await writeFile(join(folder, 'samples'), 'in the way');
    await expect(runRecords(join(folder, 'samples'))).rejects.toThrow(RecordsWriteError);
    const records = await runRecords(folder);
    await expect(records.addPicture(1, { extension: 'svg', bytes: '' })).rejects.toThrow(
      /cannot write .*00000001\.svg/,
    );
    await records.close();
  });

  it('tells TensorBoard the same in files whose names are in order, and which steps come again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1.7e12 });
    try {
      const records = await runRecords(folder);
      records.add(step(1));
      records.add({ type: 'metric', step: 1, values: { fid: 3 } });
      await records.close();
      for (const again of [1, 0]) {
        const resumed = await runRecords(folder, { resume: true });
        resumed.add({ type: 'resume', step: again, file: 'run.safetensors' });
        await resumed.close();
      }
      const names = (await readdir(folder)).filter((name) => name.startsWith('events.')).sort();
      const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
      const losses = { 'losses/critic': 1, 'measures/critic.gradientNorm': 0.5, 'speed/examplesPerSecond': 128 };
      expect(names.map((name) => name.slice(0, 31))).toEqual(
        [0, 1, 2].map((n) => `events.out.tfevents.170000000${n}.`),
      );
      expect(files).toEqual([
        Buffer.concat([versionEvent(), startEvent(1), scalarsEvent(1, losses), scalarsEvent(1, { 'metric/fid': 3 })]),
        Buffer.concat([versionEvent(), startEvent(2)]),
        Buffer.concat([versionEvent(), startEvent(1)]),
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('formatLine and parseLine', () => {
  it('keep what is not finite', () => {
    const line: RecordLine = { type: 'metric', step: 1, values: { a: NaN, b: Infinity, c: -Infinity, d: 0.1 } };
    expect(formatLine(line)).toBe(
      '{"type":"metric","step":1,"values":{"a":"NaN","b":"Infinity","c":"-Infinity","d":0.1}}\n',
    );
    expect(parseLine(formatLine(line))).toEqual(line);
  });

  it.each([
    '',
    '{"type":"step","step":5,"exa',
    'null',
    '[]',
    '{"type":"resume"}',
    '{"type":"metric","step":1}',
    '{"type":"metric","step":1,"values":{"a":"b"}}',
    '{"type":"metric","step":1.5,"values":{}}',
    '{"type":"other","step":1}',
  ])('leave out %j', (text) => {
    expect(parseLine(text)).toBeUndefined();
  });
});

describe('GrowingFile', () => {
  it('writes over the torn end of a write that failed, and keeps what could not be written', async () => {
    const path = join(folder, 'file');
    const file = new GrowingFile(path);
    file.add(Buffer.from('one '));
    await file.flush();
    await appendFile(path, 'tw');
    file.add(Buffer.from('two '));
    await file.flush();
    expect(await readFile(path, 'utf8')).toBe('one two ');
    await rm(path);
    await rm(folder, { recursive: true });
    file.add(Buffer.from('three '));
    await expect(file.flush()).rejects.toThrow(/cannot write .*ENOENT.*still there.*Make space/);
    file.add(Buffer.from('four'));
    await mkdir(folder);
    await file.flush();
    expect(await readFile(path, 'utf8')).toBe('three four');
  });

  it.runIf(existsSync('/dev/full'))('tells of a full disk', async () => {
    const file = new GrowingFile('/dev/full');
    file.add(Buffer.from('one'));
    await expect(file.flush()).rejects.toThrow(/ENOSPC/);
  });
});
