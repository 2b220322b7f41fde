import { describe, expect, test } from 'vitest';
import { clouds } from './plane.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { trainers } from './trainers.ts';

const path = temporaryFolder();

const everything = {
  accumulate: 2,
  clipNorm: 0.5,
  warmup: 3,
  emaDecay: [0.9, 0.99],
  adam: { weightDecay: 0.01 },
  steps: 9,
};

test.each([
  'GAN with wgan',
  'GAN with R1 and gradient penalty',
  'GAN with steps by AUC',
  'GAN with two critic steps',
  'GAN told labels',
  'DDPM told labels',
  'DDPM of the bound, loss-aware',
  'DDPM in the form of EDM',
  'VDM',
  'classifier',
])('%s: aborted after step 5 and resumed, it ends in the same bits', async (name) => {
  const whole = await trainers[name](everything);
  const checkpoint = { file: path('state.safetensors'), every: 2, resume: true };
  const controller = new AbortController();
  const cut = await trainers[name]({ ...everything, checkpoint, signal: controller.signal }, ({ type, step }) => {
    if (type === 'step' && step === 5) controller.abort(new Error('stop here'));
  });
  expect(cut.error).toEqual(new Error('stop here'));
  const rest = await trainers[name]({ ...everything, checkpoint });
  expect(rest.events[0]).toMatchObject({ type: 'resume', step: 5 });
  expect(rest.steps.map(({ step }) => step)).toEqual([6, 7, 8, 9]);
  expect(rest.steps.map(({ losses }) => losses)).toEqual(whole.steps.slice(5).map(({ losses }) => losses));
  expect(rest.steps.map(({ measures }) => measures)).toEqual(whole.steps.slice(5).map(({ measures }) => measures));
  expect(rest.weights).toEqual(whole.weights);
  const averages = Object.keys(whole.weights).filter((key) => key.startsWith('average of'));
  expect(averages.some((key) => key.endsWith('@0.99'))).toBe(true);
});

describe('a run that has another length when it goes on', () => {
  const trained = trainers['DDPM of eps'];
  const checkpoint = () => ({ file: path('length.safetensors'), every: 2, resume: true });
  const begun = (steps: number, options = {}) =>
    trained({ ...options, steps, checkpoint: { ...checkpoint(), resume: false } });

  test('it is the longer run to the bit where the learning rate is constant', async () => {
    const constant = { learningRate: 1e-2, finalLearningRate: 1e-2 };
    const whole = await trained({ ...constant, steps: 9 });
    await begun(6, constant);
    const rest = await trained({ ...constant, steps: 9, checkpoint: checkpoint() });
    expect(rest.steps.map(({ step }) => step)).toEqual([7, 8, 9]);
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.events[1]).toMatchObject({ type: 'warning', kind: 'other-length', step: 6 });
    expect((rest.events[1] as { message: string }).message).toMatch(
      /go on for 6 steps, now it is for 9 steps: learning/,
    );
  });

  test('a learning rate that had fallen to its end is that of the new length, and is so after a stop', async () => {
    const falling = { learningRate: 1e-2, finalLearningRate: 0 };
    await begun(6, falling);
    const more = await trained({ ...falling, steps: 12, checkpoint: checkpoint() });
    await begun(6, falling);
    const controller = new AbortController();
    const stopping = { ...falling, steps: 12, checkpoint: checkpoint() };
    await trained({ ...stopping, signal: controller.signal }, ({ type, step }) => {
      if (type === 'step' && step === 9) controller.abort(new Error('stop here'));
    });
    const rest = await trained(stopping);
    expect(rest.events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(rest.weights).toEqual(more.weights);
    // The rate was 1e-2 (1 + cos(π 6/12)) / 2 right after the old end, by which Adam's first steps move the weights.
    const before = await begun(6, falling);
    const after = await trained({ ...falling, steps: 12, checkpoint: checkpoint() });
    const moved = Object.entries(after.weights).flatMap(([name, values]) =>
      values.map((value, i) => Math.abs(value - before.weights[name][i])),
    );
    expect(Math.max(...moved)).toBeGreaterThan(5e-3);
  });

  test('it can be shorter, but not than what is done', async () => {
    const controller = new AbortController();
    const stopping = { steps: 9, checkpoint: checkpoint(), signal: controller.signal };
    await trained({ ...stopping, checkpoint: { ...checkpoint(), resume: false } }, ({ type, step }) => {
      if (type === 'step' && step === 4) controller.abort(new Error('stop here'));
    });
    const refused = await trained({ steps: 3, checkpoint: checkpoint() });
    expect((refused.error as Error).message).toMatch(/holds 4 steps already, and the run is to have 3; give more/);
    const rest = await trained({ steps: 6, checkpoint: checkpoint() });
    expect(rest.steps.map(({ step }) => step)).toEqual([5, 6]);
  });
});

test('the data may have got another name, but no other examples', async () => {
  const trained = trainers['DDPM of eps'];
  const data = clouds();
  const checkpoint = { file: path('renamed.safetensors'), resume: true };
  await trained({ data, steps: 3, checkpoint });
  const renamed = await trained({ data: { ...data, name: 'renamed', split: 'all' }, steps: 4, checkpoint });
  expect(renamed.steps.map(({ step }) => step)).toEqual([4]);
  const points = data.points.map((value, i) => (i === 7 ? -value : value));
  const other = await trained({ data: { ...data, points }, steps: 5, checkpoint });
  expect((other.error as Error).message).toMatch(/other settings \(data: .*"sha256":"[0-9a-f]{64}".* → /);
});
