import { expect, test } from 'vitest';
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
