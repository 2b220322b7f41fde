import { expect, test } from 'vitest';
import { lossAwareTimesteps, type LossHistory } from '@diffgan/objectives';
import { key } from '@diffgan/ops';

const steps = [1, 2, 3];
const sampler = lossAwareTimesteps(3);
const filled = (times: number, losses = [1, 2, 5]) => {
  let state = sampler.init();
  for (let i = 0; i < times; i++) state = sampler.update(state, steps, losses);
  return state;
};

test('until every step has ten losses the draws are uniform', () => {
  for (const state of [sampler.init(), filled(9), sampler.update(filled(9), [1, 2], [1, 1])])
    expect(sampler.probabilities(state)).toBeAllClose(1 / 3);
});

test('then p is the root mean square of the losses, mixed with a thousandth of uniform draws', () => {
  const expected = [1, 2, 5].map((loss) => (0.999 * loss) / 8 + 0.001 / 3);
  expect(sampler.probabilities(filled(10))).toBeAllClose(expected, { rtol: 1e-12 });
});

test('only the last ten losses count, by their mean square', () => {
  let state = filled(25, [9, 9, 9]);
  for (let i = 0; i < 10; i++) state = sampler.update(state, steps, [i % 2, 1, 1]);
  const total = Math.SQRT1_2 + 2;
  const expected = [Math.SQRT1_2, 1, 1].map((loss) => (0.999 * loss) / total + 0.001 / 3);
  expect(sampler.probabilities(state)).toBeAllClose(expected, { rtol: 1e-12 });
});

test('a step that comes twice in a batch is remembered twice', () => {
  const short = lossAwareTimesteps(1, { history: 2, uniform: 0 });
  const state = short.update(short.init(), [1, 1], [3, 4]);
  expect(Array.from(state.losses)).toEqual([3, 4]);
});

test('updates leave the state alone', () => {
  const state = filled(10);
  const copy = structuredClone(state);
  sampler.update(state, [2], [100]);
  expect(state).toEqual(copy);
});

test('losses that are all 0 mean uniform draws', () => {
  expect(sampler.probabilities(filled(10, [0, 0, 0]))).toBeAllClose(1 / 3);
});

test('the draws follow p, and their weights make every mean unbiased', () => {
  const state = filled(10);
  const p = sampler.probabilities(state);
  const n = 100_000;
  const { t, weight } = sampler.sample(state, key(3), n);
  for (const step of steps) {
    const share = t.filter((drawn) => drawn === step).length / n;
    // Five standard errors: one of three fails for one key in 580 000.
    expect(Math.abs(share - p[step - 1])).toBeLessThan(5 * Math.sqrt((p[step - 1] * (1 - p[step - 1])) / n));
  }
  expect(weight).toBeAllClose(
    Float64Array.from(t, (step) => 1 / (3 * p[step - 1])),
    { rtol: 1e-15 },
  );
  expect(sampler.sample(state, key(3), n)).toEqual({ t, weight });
});

test('the estimate of a mean has much less variance than with uniform steps', () => {
  const losses = [1, 2, 50];
  const variance = (state: LossHistory) => {
    const { t, weight } = sampler.sample(state, key(5), 20_000);
    const values = Array.from(t, (step, i) => weight[i] * losses[step - 1]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    return values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  };
  // Proportional to the loss the estimate is constant, but for the uniform part.
  expect(variance(filled(10, losses))).toBeLessThan(1e-2 * variance(sampler.init()));
});

test('a step without loss is not drawn unless some draws are uniform', () => {
  const greedy = lossAwareTimesteps(3, { history: 1, uniform: 0 });
  const state = greedy.update(greedy.init(), steps, [0, 1, 0]);
  expect(new Set(greedy.sample(state, key(1), 1000).t)).toEqual(new Set([2]));
});

test('what cannot be is refused', () => {
  const state = sampler.init();
  expect(() => lossAwareTimesteps(0)).toThrow('lossAwareTimesteps: steps is 0');
  expect(() => lossAwareTimesteps(3, { history: 1.5 })).toThrow('history is 1.5');
  for (const uniform of [-0.1, 1.1, NaN]) {
    expect(() => lossAwareTimesteps(3, { uniform })).toThrow(RangeError);
    expect(() => lossAwareTimesteps(3, { uniform })).toThrow(`uniform is ${uniform}`);
  }
  expect(() => sampler.sample(state, key(0), 0)).toThrow('batch is 0');
  expect(() => sampler.update(state, [1, 2], [1])).toThrow('2 steps but 1 losses');
  for (const t of [0, 4, 1.5]) expect(() => sampler.update(state, [t], [1])).toThrow(`step ${t} is not a whole number`);
  for (const loss of [NaN, Infinity])
    expect(() => sampler.update(state, [1], [loss])).toThrow(`the loss of step 1 is ${loss}`);
});
