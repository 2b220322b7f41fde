import { readFile, stat, writeFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FileFormatError } from '@diffgan/files';
import { key } from '@diffgan/ops';
import { loadCheckpoint, saveCheckpoint, trainDdgan, type TrainEvent, TrainingDivergedError } from '@diffgan/training';
import { trainToy } from './run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makeNetworks, schedule, shortRun, squares } from './toy.ts';

const path = temporaryFolder();
const stepsOf = (events: TrainEvent[]) => events.filter(({ type }) => type === 'step').map(({ step }) => step);

test('two runs with one key are identical, another key is another run', async () => {
  const first = await trainToy(shortRun());
  expect(stepsOf(first.events)).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await trainToy(shortRun())).vectors).toEqual(first.vectors);
  expect((await trainToy(shortRun({ key: key(4) }))).vectors).not.toEqual(first.vectors);
});

test('both networks move, and the averages lag behind', async () => {
  const start = await trainToy(shortRun({ signal: AbortSignal.abort() }));
  const { vectors } = await trainToy(shortRun());
  for (const name of ['generator', 'critic']) {
    expect(vectors[name]).not.toEqual(start.vectors[name]);
    expect(vectors[`${name}.average`]).not.toEqual(vectors[name]);
  }
});

async function lossesWith(reconstruction: number, reconstructionOf: 'x0' | 'eps' = 'x0', timesteps?: number[]) {
  const { events } = await trainToy(shortRun({ steps: 1, reconstruction, reconstructionOf, timesteps }));
  return events[0].type === 'step' ? events[0].losses : {};
}

test.each([0, 2])('the squared error of the noise is the SNR times that of x̂0, at step t − 1 = %d', async (at) => {
  const timesteps = schedule.positions.map((_, i) => Number(i === at));
  const of = async (weight: number, what: 'x0' | 'eps') => (await lossesWith(weight, what, [...timesteps])).generator;
  const none = await of(0, 'x0');
  const [inX0, inEps] = [(await of(1, 'x0')) - none, (await of(1, 'eps')) - none];
  expect(inX0).toBeGreaterThan(0.5);
  // differences of float32 numbers, of which the larger one is the loss with the larger error
  const rounding = 2e-7 * (Math.abs(none) + Math.max(inX0, inEps));
  expect([inEps]).toBeAllClose([schedule.snr[at] * inX0], { rtol: 1e-6, atol: rounding * (1 + schedule.snr[at]) });
});

test('reconstruction adds its weight times the squared error to the loss of the generator', async () => {
  const [none, one, three] = [await lossesWith(0), await lossesWith(1), await lossesWith(3)];
  expect(one.critic).toBe(none.critic);
  const error = one.generator - none.generator;
  // The untrained x̂0 is 0 and the squares are about 0.85² everywhere.
  expect(error).toBeGreaterThan(0.5);
  expect(error).toBeLessThan(1);
  // differences of float32 numbers up to 3
  expect([three.generator - none.generator]).toBeAllClose([3 * error], { rtol: 0, atol: 2e-6 });
});

test('from step 50 to 200 neither tensors nor memory grow', { timeout: 300_000 }, async () => {
  const networks = makeNetworks();
  const counts = new Set<number>();
  const resident: number[] = [];
  const training = trainDdgan(networks, schedule, shortRun({ steps: 201, r1: { gamma: 0.2, every: 2 } }));
  for await (const event of training) {
    if (event.type !== 'step') continue;
    counts.add(tf.memory().numTensors);
    resident.push(process.memoryUsage.rss());
    if (event.step === 200) break;
  }
  networks.generator.dispose();
  networks.critic.dispose();
  expect(counts.size).toBe(1);
  // The allocator takes and returns a tenth of it all the time; a leak would lift the lowest values.
  const floor = (from: number, to: number) => Math.min(...resident.slice(from, to));
  expect(floor(150, 200)).toBeLessThan(1.05 * floor(50, 100));
});

test('10 steps, abort, and 10 more equal 20 steps to the last bit', async () => {
  const whole = await trainToy(shortRun({ steps: 20 }));
  const checkpoint = { file: path('new', 'state'), every: 8, resume: true };
  const controller = new AbortController();
  const cut = await trainToy(shortRun({ steps: 20, checkpoint, signal: controller.signal }), ({ type, step }) => {
    if (type === 'step' && step === 10) controller.abort(new Error('stop here'));
  });
  expect(cut.error).toEqual(new Error('stop here'));
  expect(cut.events.filter(({ type }) => type !== 'step')).toEqual([
    { type: 'resume', step: 0, file: checkpoint.file },
    expect.objectContaining({ type: 'warning', step: 0, kind: 'nothing-to-resume' }),
    { type: 'checkpoint', step: 8, file: checkpoint.file },
    { type: 'checkpoint', step: 10, file: checkpoint.file },
  ]);
  const rest = await trainToy(shortRun({ steps: 20, checkpoint }));
  expect(rest.events[0]).toEqual({ type: 'resume', step: 10, file: checkpoint.file });
  expect(stepsOf(rest.events)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(rest.vectors).toEqual(whole.vectors);
  // once more: nothing is left to do, and the averages are there
  const done = await trainToy(shortRun({ steps: 20, checkpoint }));
  expect(done.events.map(({ type }) => type)).toEqual(['resume']);
  expect(done.vectors).toEqual(whole.vectors);
});

test('a run that is aborted before it starts leaves an old checkpoint alone', async () => {
  const file = path('state');
  await trainToy(shortRun({ checkpoint: { file } }));
  const { mtimeMs } = await stat(file);
  const { error, events } = await trainToy(shortRun({ checkpoint: { file }, signal: AbortSignal.abort() }));
  expect((error as Error).name).toBe('AbortError');
  expect(events).toEqual([]);
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
});

test('a checkpoint of another run is refused by the names of what differs, and nothing changes', async () => {
  const checkpoint = { file: path('state'), resume: true };
  const { vectors } = await trainToy(shortRun({ checkpoint }));
  const untouched = (await trainToy(shortRun({ signal: AbortSignal.abort() }))).vectors;
  const other = { ...squares(), images: squares().images.map((v) => 255 - v) };
  const changes: [string, Parameters<typeof shortRun>[0]][] = [
    ['batch: 4 → 6', { batch: 6 }],
    ['key: [0,3] → [0,5]', { key: key(5) }],
    ['finalLearningRate: 0.00001 → 0.5', { finalLearningRate: 0.5 }],
    ['data: {', { data: other }],
  ];
  for (const [what, options] of changes) {
    const outcome = await trainToy(shortRun({ checkpoint, ...options }));
    expect(outcome.error).toBeInstanceOf(RangeError);
    expect((outcome.error as Error).message).toContain(what);
    expect(outcome.vectors).toEqual(untouched);
  }
  // the same settings in another order are the same settings
  const again = await trainToy(shortRun({ checkpoint, r1: { every: 3, gamma: 0.2 } }));
  expect(again.vectors).toEqual(vectors);
});

test('a checkpoint that fits only one of the networks changes neither', async () => {
  const checkpoint = { file: path('state'), resume: true };
  await trainToy(shortRun({ checkpoint }));
  const untouched = (await trainToy(shortRun({ signal: AbortSignal.abort() }))).vectors;
  const state = await loadCheckpoint(checkpoint.file);
  state.vectors['critic.v'] = new Float32Array(3);
  await saveCheckpoint(checkpoint.file, state);
  const { error, vectors } = await trainToy(shortRun({ checkpoint }));
  expect((error as Error).message).toMatch(/has 3 values for critic\.v, the run needs \d+/);
  expect(vectors).toEqual(untouched);
  await saveCheckpoint(checkpoint.file, { ...state, vectors: {} });
  expect(((await trainToy(shortRun({ checkpoint }))).error as Error).message).toContain('has no values for generator');
});

test('a damaged checkpoint ends the run before it starts', async () => {
  const checkpoint = { file: path('state'), resume: true };
  await trainToy(shortRun({ checkpoint }));
  const bytes = await readFile(checkpoint.file);
  bytes[bytes.length - 9] ^= 64;
  await writeFile(checkpoint.file, bytes);
  const { error, events } = await trainToy(shortRun({ checkpoint }));
  expect(error).toBeInstanceOf(FileFormatError);
  expect(events).toEqual([]);
  expect(await readFile(checkpoint.file)).toEqual(bytes);
});

test('a place that no file can be written to shows before the first step', async () => {
  await trainToy(shortRun({ steps: 1, checkpoint: { file: path('state') } }));
  const { error, events } = await trainToy(shortRun({ checkpoint: { file: path('state', 'below') } }));
  expect((error as Error).message).toContain(path('state', 'below'));
  expect(events).toEqual([]);
});

test('divergence names the loss, the step and the last good checkpoint', async () => {
  const learningRate = { generator: 1e38, critic: 1e38 };
  const alone = await trainToy(shortRun({ learningRate }));
  expect(alone.error).toBeInstanceOf(TrainingDivergedError);
  expect((alone.error as Error).message).toMatch(
    /the (critic|generator) loss is (NaN|Infinity) at step [12], with values .* in .* of the .*no state was saved/,
  );

  const checkpoint = { file: path('state'), every: 1, resume: true };
  const controller = new AbortController();
  await trainToy(shortRun({ checkpoint, signal: controller.signal }), ({ step }) => step === 2 && controller.abort());
  const state = await loadCheckpoint(checkpoint.file);
  state.vectors['generator.parameters'].fill(1e30); // finite, and hopeless
  await saveCheckpoint(checkpoint.file, state);
  const { error } = await trainToy(shortRun({ checkpoint }));
  expect(error).toBeInstanceOf(TrainingDivergedError);
  expect((error as Error).message).toContain(`the last good state, of step 2, is in ${checkpoint.file}`);
  expect((await loadCheckpoint(checkpoint.file)).step).toBe(2);
});

test('weights that left the numbers are never saved, even while the losses are finite', async () => {
  const checkpoint = { file: path('state'), every: 1, resume: true };
  const controller = new AbortController();
  await trainToy(shortRun({ checkpoint, signal: controller.signal }), ({ step }) => step === 1 && controller.abort());
  const state = await loadCheckpoint(checkpoint.file);
  state.vectors['generator.average'].fill(NaN); // no loss depends on it
  await saveCheckpoint(checkpoint.file, state);
  const { error, events } = await trainToy(shortRun({ checkpoint }));
  expect(events.map(({ type, step }) => [type, step])).toEqual([
    ['resume', 1],
    ['step', 2],
  ]);
  expect(error).toBeInstanceOf(TrainingDivergedError);
  expect((error as Error).message).toMatch(/generator\.average is not finite after step 2/);
  expect((await loadCheckpoint(checkpoint.file)).step).toBe(1);
});
