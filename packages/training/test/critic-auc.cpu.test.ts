import { expect, test } from 'vitest';
import { aucProbabilities } from '../src/auc-timesteps.ts';
import { CriticAuc } from '../src/critic-auc.ts';

const seen = (t: number[], outcomes: number[], steps = 2) => {
  const auc = new CriticAuc(steps);
  auc.observe(Int32Array.from(t), Float32Array.from(outcomes));
  return auc;
};

test('the share of right pairs at each step, equal logits counting half', () => {
  const { values, measures } = seen([1, 2, 1, 1, 2], [1, 0.5, 1, 0, 0]);
  // Each pair counts e^(1/500) of the one before it.
  const [a, b] = [Math.exp(-2 / 500), Math.exp(-1 / 500)];
  expect(values).toBeAllClose([(a + b) / (a + b + 1), (0.5 * b) / (b + 1)], { rtol: 1e-6 });
  expect(Object.keys(measures)).toEqual(['critic.auc@1', 'critic.auc@2']);
});

test('a step that was never drawn has no value and no record', () => {
  const { values, measures } = seen([2], [1]);
  expect(values).toEqual([undefined, 1]);
  expect(measures).toEqual({ 'critic.auc@2': 1 });
});

test('it forgets: after 500 pairs old ones count e times less', () => {
  const auc = seen(Array<number>(5000).fill(1), Array<number>(5000).fill(1), 1);
  auc.observe(new Int32Array(500).fill(1), new Float32Array(500));
  // float32 sums of 500 lose about 1e-5
  expect(auc.values).toBeAllClose([Math.exp(-1)], { rtol: 1e-4 });
});

test('its state is taken over to the last bit', () => {
  const auc = seen([1, 2, 2, 1], [1, 0.5, 1, 0]);
  const copy = new CriticAuc(2);
  copy.host.restore(auc.host.save());
  for (const one of [auc, copy]) one.observe(Int32Array.of(1, 2), Float32Array.of(0, 1));
  expect(copy.values).toEqual(auc.values);
});

test('steps are drawn most where the critic is right three times in four, and neither at chance nor where it always is', () => {
  expect(aucProbabilities([0.5, 1, 0.75, 0.3], 0)).toBeAllClose([0, 0, 1, 0]);
  // (2·0.6 − 1)(2 − 2·0.6) = 0.16 beside 0.25
  expect(aucProbabilities([0.6, 0.75], 0)).toBeAllClose([0.16 / 0.41, 0.25 / 0.41]);
  expect(aucProbabilities([0.6, 0.75, 0.5], 0.3)).toBeAllClose([
    (0.7 * 0.16) / 0.41 + 0.1,
    (0.7 * 0.25) / 0.41 + 0.1,
    0.1,
  ]);
});

test('unknown steps count as worth it, and where there is no signal all are alike', () => {
  expect(aucProbabilities([undefined, undefined], 0)).toBeAllClose([0.5, 0.5]);
  expect(aucProbabilities([undefined, 0.5], 0)).toBeAllClose([1, 0]);
  expect(aucProbabilities([0.5, 1, 0.2], 0.25)).toBeAllClose(1 / 3);
});
