import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adversarialLoss, type AdversarialLossName, divergenceNames } from '@diffgan/fgan-losses';
import { gradientOf } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';

// With a limit of 1 the logits below meet every branch of every loss; none of them lies on a kink.
const LIMIT = 1;
const logits = [-3.1, -1.7, -0.4, 0.3, 0.8, 1.6, 2.9];

const e = (v: number) => (v > LIMIT ? Math.exp(LIMIT) * (1 + v - LIMIT) : Math.exp(v));
const softplus = (v: number) => Math.log1p(Math.exp(v));

/** The term of real and the term of fake logits in the critic loss, in float64 from the table of the losses. */
const terms: Record<AdversarialLossName, [real: (v: number) => number, fake: (v: number) => number]> = {
  gan: [(v) => softplus(-v), softplus],
  js2: [(v) => softplus(-v) - Math.LN2, (v) => softplus(v) - Math.LN2],
  hellinger2: [(v) => e(-v) - 1, (v) => e(v) - 1],
  kl: [(v) => -v, (v) => e(v) / Math.E],
  rkl: [(v) => e(-v), (v) => v - 1],
  pearson: [(v) => -v, (v) => Math.max(v, -2) ** 2 / 4 + Math.max(v, -2)],
  neyman: [(v) => e(-v) - 1, (v) => 2 - 2 * Math.sqrt(e(-v))],
  tv: [(v) => -Math.tanh(v) / 2, (v) => Math.tanh(v) / 2],
  jeffreys: [(v) => -v + e(-v) - 1, (v) => e(v) - 1 + v],
  wgan: [(v) => -v, (v) => v],
  hinge: [(v) => Math.max(0, 1 - v), (v) => Math.max(0, 1 + v)],
  lsgan: [(v) => (v - 1) ** 2 / 2, (v) => v ** 2 / 2],
};

/** Of the square of f, so that even a linear loss is curved: value, slope and curvature at every logit; h = 1e-3 leaves h² of the fourth derivative and 1e-16/h², below 1e-5. */
const expectedOf = (loss: (v: number) => number) => {
  const h = 1e-3;
  const f = (v: number) => loss(v) ** 2;
  return [
    ...logits.map(f),
    ...logits.map((v) => (f(v + h) - f(v - h)) / (2 * h)),
    ...logits.map((v) => (f(v + h) - 2 * f(v) + f(v - h)) / h ** 2),
  ];
};

const actualOf = (loss: (v: tf.Tensor1D) => tf.Tensor) =>
  valuesOf(() => {
    const f = (v: tf.Tensor1D) => tf.square(loss(v));
    const v = tf.tensor1d(logits);
    const slope = (x: tf.Tensor1D) => gradientOf(f, x);
    return tf.concat([f(v), slope(v), gradientOf(slope, v)]);
  });

// float32 and a device's exp keep about 1e-6 of values up to 100.
const closeness = { rtol: 1e-4, atol: 1e-4 };
const names = [...divergenceNames, 'wgan', 'hinge', 'lsgan'] as const;

test.each(names)('%s: critic and generator have the right values, slopes and curvatures', async (name) => {
  const [real, fake] = terms[name];
  const { criticLoss } = adversarialLoss(name, { expLimit: LIMIT });
  const zeros = () => tf.zeros<tf.Rank.R1>([logits.length]);
  expect(await actualOf((v) => criticLoss(v, zeros()))).toBeAllClose(
    expectedOf((v) => real(v) + fake(0)),
    closeness,
  );
  expect(await actualOf((v) => criticLoss(zeros(), v))).toBeAllClose(
    expectedOf((v) => real(0) + fake(v)),
    closeness,
  );
  const isDivergence = (divergenceNames as readonly string[]).includes(name);
  const generators = isDivergence
    ? ([['saturating', (v: number) => -fake(v)] as const, ['nonSaturating', real] as const] as const)
    : ([['saturating', name === 'lsgan' ? real : (v: number) => -v] as const] as const);
  for (const [generator, expected] of generators) {
    const { generatorLoss } = adversarialLoss(name, { expLimit: LIMIT, generator });
    expect(await actualOf(generatorLoss)).toBeAllClose(expectedOf(expected), closeness);
  }
});

const pairs: Record<string, (lead: number) => number> = {
  gan: (lead) => softplus(-lead),
  hinge: (lead) => Math.max(0, 1 - lead),
  lsgan: (lead) => (lead - 1) ** 2 / 2,
};

test.each(Object.entries(pairs))(
  'relativistic %s: critic and generator have the right values, slopes and curvatures',
  async (name, ofLead) => {
    const { criticLoss, generatorLoss } = adversarialLoss(name as 'gan', { relativistic: true });
    const others = () => tf.fill<tf.Rank.R1>([logits.length], 0.1);
    const [ahead, behind] = [expectedOf((v) => ofLead(v - 0.1)), expectedOf((v) => ofLead(0.1 - v))];
    expect(await actualOf((v) => criticLoss(v, others()))).toBeAllClose(ahead, closeness);
    expect(await actualOf((v) => criticLoss(others(), v))).toBeAllClose(behind, closeness);
    expect(await actualOf((v) => generatorLoss(v, others()))).toBeAllClose(ahead, closeness);
    expect(await actualOf((v) => generatorLoss(others(), v))).toBeAllClose(behind, closeness);
  },
);
