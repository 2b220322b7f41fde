import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { writeSafetensors } from '@diffgan/files';
import {
  CheckpointWriteError,
  loadCheckpoint,
  saveCheckpoint,
  type TrainDdpmOptions,
  type TrainEvent,
} from '@diffgan/training';
import { clouds } from './plane.ts';
import { playDdgan, playDdpm } from './play.ts';
import { temporaryFolder } from './temporary-folder.ts';

const path = temporaryFolder();
const play = playDdpm();
const ofType = <Type extends TrainEvent['type']>(events: TrainEvent[], type: Type) =>
  events.filter((event) => event.type === type) as Extract<TrainEvent, { type: Type }>[];

// A disk without space left: whoever writes is told so.
const disk = { full: false };
const openOnDisk: typeof open = async (...args) => {
  const handle = await open(...args);
  if (disk.full)
    handle.write = () =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  return handle;
};
beforeEach(() => {
  vi.spyOn(process.getBuiltinModule('node:fs/promises'), 'open').mockImplementation(openOnDisk);
  disk.full = false;
});

describe('what is left in the folder of a run', () => {
  const file = () => path('run', 'state.safetensors');
  const folder = async () => (await readdir(dirname(file()))).sort();
  const stepIn = async (name: string) => (await loadCheckpoint(path('run', name))).step;

  test('the last state and the one before', async () => {
    await play({ steps: 6, checkpoint: { file: file(), every: 2 } });
    expect(await folder()).toEqual(['state.previous.safetensors', 'state.safetensors']);
    expect(await stepIn('state.safetensors')).toBe(6);
    expect(await stepIn('state.previous.safetensors')).toBe(4);
  });

  test('the one before is used when the last is gone, and a start at the first step is said', async () => {
    const whole = await play({ steps: 6 });
    const controller = new AbortController();
    const checkpoint = { file: file(), every: 2, resume: true };
    const first = await play(
      { steps: 6, checkpoint, signal: controller.signal },
      ({ step }) => step === 4 && controller.abort(),
    );
    expect(ofType(first.events, 'warning')).toMatchObject([{ kind: 'nothing-to-resume', step: 0 }]);
    await rm(file());
    const rest = await play({ steps: 6, checkpoint });
    expect(rest.events[0]).toEqual({ type: 'resume', step: 2, file: path('run', 'state.previous.safetensors') });
    expect(ofType(rest.events, 'warning')).toMatchObject([{ kind: 'damaged-checkpoint', step: 2 }]);
    expect(rest.weights).toEqual(whole.weights);
  });

  test('the one before is used when the last is damaged, and is not lost by that', async () => {
    const whole = await play({ steps: 6 });
    const controller = new AbortController();
    const checkpoint = { file: file(), every: 2, resume: true };
    await play({ steps: 6, checkpoint, signal: controller.signal }, ({ step }) => step === 4 && controller.abort());
    const bytes = await readFile(file());
    bytes[bytes.length - 5] ^= 8;
    await writeFile(file(), bytes);
    const rest = await play({ steps: 6, checkpoint: { ...checkpoint, every: 100 } });
    expect(rest.events[0]).toEqual({ type: 'resume', step: 2, file: path('run', 'state.previous.safetensors') });
    expect(ofType(rest.events, 'warning')).toMatchObject([{ kind: 'damaged-checkpoint', step: 2 }]);
    expect(rest.weights).toEqual(whole.weights);
    expect(await stepIn('state.safetensors')).toBe(6);
    expect(await stepIn('state.previous.safetensors')).toBe(2);
  });

  test('the best state by a metric, also after a resume; what another run left goes', async () => {
    const values = [3, 1, 2, 0.5, 4];
    const metric: TrainDdpmOptions['metric'] = {
      every: 2,
      measure: ({ step }) => Promise.resolve({ fid: values[step / 2 - 1] }),
      best: { name: 'fid', better: 'less' },
    };
    const checkpoint = { file: file(), every: 3, resume: true };
    const controller = new AbortController();
    const cut = await play({ steps: 10, metric, checkpoint, signal: controller.signal }, ({ step, type }) => {
      if (type === 'step' && step === 6) controller.abort();
    });
    expect(ofType(cut.events, 'best').map(({ step, value }) => [step, value])).toEqual([
      [2, 3],
      [4, 1],
    ]);
    expect(await stepIn('state.best.safetensors')).toBe(4);
    const rest = await play({ steps: 10, metric, checkpoint });
    expect(ofType(rest.events, 'metric').map(({ step, values: { fid } }) => [step, fid])).toEqual([
      [8, 0.5],
      [10, 4],
    ]);
    expect(ofType(rest.events, 'best').map(({ step }) => step)).toEqual([8]);
    expect(await stepIn('state.best.safetensors')).toBe(8);

    await play({ steps: 3, checkpoint: { file: file() } });
    expect(await folder()).toEqual(['state.safetensors']);
  });

  test('an abort that ends a measurement loses no step', async () => {
    const whole = await play({ steps: 6 });
    const controller = new AbortController();
    const metric: TrainDdpmOptions['metric'] = {
      every: 5,
      measure: () => {
        controller.abort(new Error('stop here'));
        return Promise.reject(controller.signal.reason as Error);
      },
    };
    const checkpoint = { file: file(), every: 100, resume: true };
    const cut = await play({ steps: 6, metric, checkpoint, signal: controller.signal });
    expect(cut.error).toEqual(new Error('stop here'));
    expect(await stepIn('state.safetensors')).toBe(5);
    const rest = await play({ steps: 6, checkpoint });
    expect(rest.steps.map(({ step }) => step)).toEqual([6]);
    expect(rest.weights).toEqual(whole.weights);
  });

  test('a full disk loses nothing', async () => {
    const whole = await play({ steps: 6 });
    const checkpoint = { file: file(), every: 2, resume: true };
    const { error } = await play({ steps: 6, checkpoint }, ({ step, type }) => {
      if (type === 'step' && step === 5) disk.full = true;
    });
    expect(error).toBeInstanceOf(CheckpointWriteError);
    expect((error as CheckpointWriteError).code).toBe('ENOSPC');
    expect((error as Error).message).toMatch(/cannot write .*no space left.*the last good state, of step 4, is in/);
    expect(await folder()).toEqual(['state.previous.safetensors', 'state.safetensors']);
    disk.full = false;
    const rest = await play({ steps: 6, checkpoint });
    expect(rest.steps.map(({ step }) => step)).toEqual([5, 6]);
    expect(rest.weights).toEqual(whole.weights);
  });

  test('other versions are warned of, and the first version of the format is refused', async () => {
    const checkpoint = { file: file(), resume: true };
    const controller = new AbortController();
    await play({ steps: 6, checkpoint, signal: controller.signal }, ({ step }) => step === 2 && controller.abort());
    const saved = await loadCheckpoint(file());
    expect(saved.versions).toMatchObject({ tfjs: tf.version_core, backend: 'tensorflow', checkpoint: '2' });
    await saveCheckpoint(file(), { ...saved, versions: { ...saved.versions, tfjs: '3.0.0' } });
    const rest = await play({ steps: 6, checkpoint });
    expect(ofType(rest.events, 'warning')[0].message).toMatch(/tfjs 3\.0\.0 → 4/);

    await writeFile(file(), await firstVersion());
    expect((await loadCheckpoint(file())).step).toBe(7);
    expect((await play({ steps: 9, checkpoint })).error).toBeInstanceOf(RangeError);
  });
});

/** A checkpoint as the first release wrote it. */
async function firstVersion(): Promise<Uint8Array> {
  const { createHash } = await import('node:crypto');
  const head = { version: '1', step: '7', settings: '{}' };
  const sha256 = createHash('sha256')
    .update(JSON.stringify([head, []]))
    .digest('hex');
  return writeSafetensors({}, { ...head, sha256 });
}

describe('the length of a run', () => {
  test('in images, rounded up to whole steps', async () => {
    const { steps } = await play({ steps: undefined, images: 25, batch: 8 });
    expect(steps.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  test('in minutes, whatever comes first; alone they leave the learning rate as it is', async () => {
    const none = await play({ minutes: 0 });
    expect(none.steps).toEqual([]);
    const some = await play({ steps: undefined, minutes: 0.3 / 60 });
    expect(some.steps.length).toBeGreaterThan(0);
    expect(some.steps[0].steps).toBe(Infinity);
    expect((await play({ steps: 2, minutes: 10 })).steps).toHaveLength(2);
  });

  test('must be given', async () => {
    expect((await play({ steps: undefined })).error).toEqual(
      new RangeError('training: steps, images and minutes are undefined; give at least one, or it would never end'),
    );
  });
});

test('the first step moves every weight by the learning rate of the warm-up', async () => {
  const options = { adam: { epsilon: 1e-30 }, emaDecay: 0, learningRate: 0.01, finalLearningRate: 0.01 };
  const start = (await play({ ...options, signal: AbortSignal.abort() })).weights.denoiser;
  const { denoiser } = (await play({ ...options, steps: 1, warmup: 4 })).weights;
  // Adam's first step is ±rate, wherever the gradient is not 0.
  const moves = denoiser.map((w, i) => Math.abs(w - start[i]));
  expect(moves).toBeAllClose(
    moves.map((move) => (move < 1e-9 ? 0 : 0.0025)),
    { atol: 1e-6, rtol: 0 },
  );
});

test('clipping bounds the step of a first-order moment, and reports the norm before it', async () => {
  const free = await play({ steps: 1 });
  const clipped = await play({ steps: 1, clipNorm: 1e-3 });
  const norm = (played: typeof free) => played.steps[0].measures['denoiser.gradientNorm'];
  expect(norm(free)).toBeGreaterThan(1e-3);
  expect(norm(clipped)).toBe(norm(free));
  // m = 0.1·g after one step
  const file = path('clipped');
  await play({ steps: 1, clipNorm: 1e-3, checkpoint: { file } });
  const { vectors } = await loadCheckpoint(file);
  expect([Math.hypot(...vectors['denoiser.m'])]).toBeAllClose([1e-4], { rtol: 1e-4 });
});

test('accumulation: the gradient of the batch is the mean of those of its shares', async () => {
  const options = { batch: 8, steps: 1, learningRate: 0, finalLearningRate: 0 };
  const momentOf = async (more: Partial<TrainDdpmOptions>) => {
    const file = path('moment');
    await play({ ...options, ...more, checkpoint: { file } });
    return (await loadCheckpoint(file)).vectors['denoiser.m'];
  };
  // Every point is the same one, so the shares differ in their noise alone: many shares come near the large batch.
  const points = new Float32Array(2 * 4096).fill(0.5);
  const data = { name: 'point', split: 'train', points, count: 4096, dimensions: 2 };
  const whole = await momentOf({ data, batch: 4096 });
  const shares = await momentOf({ data, batch: 4096, accumulate: 4 });
  const size = Math.hypot(...whole);
  const distance = Math.hypot(...whole.map((value, i) => value - shares[i]));
  // Two estimates from 4096 draws each: they differ by about √2·spread/64.
  expect(distance).toBeLessThan(0.2 * size);
  expect(distance).toBeGreaterThan(0);
});

test('several averages: the first under its name, the others under their decays', async () => {
  const { weights } = await play({ steps: 3, emaDecay: [0.5, 0] });
  expect(weights['average of denoiser@0']).toEqual(weights.denoiser);
  expect(weights['average of denoiser']).not.toEqual(weights.denoiser);
  const alone = await play({ steps: 3, emaDecay: 0.5 });
  expect(weights['average of denoiser']).toBeAllClose(alone.weights['average of denoiser'], { rtol: 1e-6, atol: 1e-7 });
});

test('validation: the same draws every time, by the averages, without moving anything', async () => {
  const validation = { data: clouds(32, 99), every: 2, batches: 2 };
  const plain = await play({ steps: 4, emaDecay: 0 });
  const watched = await play({ steps: 4, emaDecay: 0, validation });
  expect(watched.weights).toEqual(plain.weights);
  const found = ofType(watched.events, 'validation');
  expect(found.map(({ step }) => step)).toEqual([2, 4]);
  expect(found[0].values.denoiser).toBeGreaterThan(0);
  const still = await play({ steps: 4, learningRate: 0, finalLearningRate: 0, validation });
  const [first, second] = ofType(still.events, 'validation').map(({ values }) => values);
  expect(second).toEqual(first);
  const gan = await playDdgan()({ validation });
  expect(Object.keys(ofType(gan.events, 'validation')[0].values)).toEqual(['critic', 'generator']);
});

test('a metric that does not give what decides is named', async () => {
  const metric = {
    every: 1,
    measure: () => Promise.resolve({ kid: 1 }),
    best: { name: 'fid', better: 'less' as const },
  };
  expect((await play({ metric })).error).toEqual(
    new RangeError('training: metric.best is fid, but measure gave kid; name one of these'),
  );
});

describe('watchfulness', () => {
  // The generator stays as it is, and the critic sees its x̂0 beside the data: it cannot but win.
  test.each([
    ['critic-saturated', 'gan', 600],
    ['generator-gradient-vanished', 'tv', 420],
  ] as const)('%s is reported once, with a remedy', async (kind, loss, steps) => {
    const rates = { generator: 0, critic: 2e-2 };
    const near = clouds();
    const data = { ...near, points: near.points.map((x) => 10 * x) };
    const { events } = await playDdgan()({
      ...{ data, steps, loss, directDenoising: true, r1: { gamma: 0, every: 1 } },
      ...{ learningRate: rates, finalLearningRate: rates },
    });
    const warnings = ofType(events, 'warning').filter((warning) => warning.kind === kind);
    expect(warnings).toHaveLength(1);
    expect(warnings[0].message).toMatch(/over the last 200 steps .*\. .*r1\.gamma/);
  });

  test('numbers that left the reals end the run by step, loss and layer', async () => {
    const { error } = await play({ learningRate: 1e30, finalLearningRate: 1e30, steps: 5 });
    expect((error as Error).message).toMatch(
      /training: .* is (NaN|Infinity|-Infinity) at step \d.*finite in .* of the denoiser/,
    );
  });
});
