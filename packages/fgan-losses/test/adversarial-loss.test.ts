import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  adversarialLoss,
  type AdversarialLossName,
  type AdversarialLossOptions,
  divergenceNames,
  type DivergenceOptions,
} from '@diffgan/fgan-losses';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const real = [0.5, -0.2, 1.1];
const fake = [-0.7, 0.3, -1.5];
const scoreNames = ['wgan', 'hinge', 'lsgan'] as const;
const names: AdversarialLossName[] = [...divergenceNames, ...scoreNames];

interface References {
  critic: number;
  saturating: number;
  nonSaturating: number;
}

const critic = (name: AdversarialLossName) =>
  valuesOf(() => tf.mean(adversarialLoss(name).criticLoss(tf.tensor1d(real), tf.tensor1d(fake))));
const generator = (name: AdversarialLossName, options?: DivergenceOptions) =>
  valuesOf(() => tf.mean(adversarialLoss(name, options).generatorLoss(tf.tensor1d(fake))));
const slope = (f: (v: tf.Tensor1D) => tf.Tensor, at: number[]) =>
  valuesOf(() => tf.grad(f as (v: tf.Tensor) => tf.Tensor)(tf.tensor1d(at)));

test.each(divergenceNames)('%s has the reference values, the generator saturating or not', async (name) => {
  const { expected, float32 } = vector<Record<string, References>>('fgan.losses');
  expect(await critic(name)).toBeAllClose([expected[name].critic], float32);
  for (const kind of ['saturating', 'nonSaturating'] as const)
    expect(await generator(name, { generator: kind })).toBeAllClose([expected[name][kind]], float32);
  const kindUnlessTold = name === 'gan' ? 'nonSaturating' : 'saturating';
  expect(await generator(name)).toBeAllClose([expected[name][kindUnlessTold]], float32);
});

test.each(scoreNames)('%s has the reference values', async (name) => {
  const { expected, float32 } = vector<Record<string, { critic: number; generator: number }>>('gan.other');
  expect(await critic(name)).toBeAllClose([expected[name].critic], float32);
  expect(await generator(name)).toBeAllClose([expected[name].generator], float32);
});

describe.each(names)('%s', (name) => {
  const { criticLoss, generatorLoss } = adversarialLoss(name);

  test('knows its name and gives one loss per example, also for a batch of one', () => {
    tf.tidy(() => {
      expect(adversarialLoss(name).name).toBe(name);
      expect(criticLoss(tf.tensor1d(real), tf.tensor1d(fake)).shape).toEqual([3]);
      expect(generatorLoss(tf.tensor1d([1])).shape).toEqual([1]);
    });
  });

  test('a larger logit is more real: the gradients have the signs that says', async () => {
    const zeros = () => tf.zeros<tf.Rank.R1>([3]);
    const inside = [0.1, 0.5, 0.8]; // between the targets of lsgan
    const byReal = await slope((v) => criticLoss(v, zeros()), inside);
    const byFake = await slope((v) => criticLoss(zeros(), v), inside);
    const byGenerator = await slope(generatorLoss, inside);
    expect([...byReal, ...byFake.map((g) => -g), ...byGenerator].every((g) => g < 0)).toBe(true);
  });

  test.each(['saturating', 'nonSaturating'] as const)(
    'logits of ±1e4 have finite losses and slopes, %s',
    async (kind) => {
      const losses = adversarialLoss(name, { generator: kind });
      const [extremes, opposite] = [
        [1e4, -1e4],
        [-1e4, 1e4],
      ];
      const values = await valuesOf(() =>
        tf.stack([
          losses.criticLoss(tf.tensor1d(extremes), tf.tensor1d(opposite)),
          losses.criticLoss(tf.tensor1d(extremes), tf.tensor1d(extremes)),
          losses.generatorLoss(tf.tensor1d(extremes)),
        ]),
      );
      const slopes = await Promise.all([
        slope((v) => losses.criticLoss(v, tf.tensor1d(opposite)), extremes),
        slope((v) => losses.criticLoss(tf.tensor1d(opposite), v), extremes),
        slope(losses.generatorLoss, extremes),
      ]);
      expect([...values, ...slopes.flatMap((s) => [...s])].every(Number.isFinite)).toBe(true);
    },
  );

  test.each([
    ['[B, 1] logits', [3, 1], [3, 1]],
    ['logits of two shapes', [3], [1]],
  ])('refuses %s', (_, realShape, fakeShape) => {
    const logits = (shape: number[]) => tf.zeros(shape) as unknown as tf.Tensor1D;
    const call = () => tf.tidy(() => criticLoss(logits(realShape), logits(fakeShape)));
    expect(call).toThrow(RangeError);
    expect(call).toThrow(`criticLoss: the logits have shape [${realShape}] and [${fakeShape}]`);
    expect(() => tf.tidy(() => generatorLoss(logits([3, 1])))).toThrow(RangeError);
  });
});

test('gan neither overflows nor vanishes at logits of ±100', async () => {
  const { criticLoss, generatorLoss } = adversarialLoss('gan');
  const extremes = [-100, 100];
  const losses = await valuesOf(() =>
    tf.stack([criticLoss(tf.tensor1d(extremes), tf.tensor1d([100, -100])), generatorLoss(tf.tensor1d(extremes))]),
  );
  // softplus(100) = 100 + e^−100
  expect(losses).toBeAllClose([200, 0, 100, 0], { rtol: 1e-6, atol: 1e-30 });
  expect(await slope(generatorLoss, extremes)).toBeAllClose([-1, 0], { rtol: 1e-6, atol: 1e-30 });
});

test('expLimit continues the exponential along its tangent, and Infinity leaves it alone', async () => {
  const at = [0.5, 2, 3];
  const losses = (expLimit: number) =>
    valuesOf(() => adversarialLoss('kl', { expLimit }).generatorLoss(tf.tensor1d(at)));
  const e = Math.exp;
  expect(await losses(2)).toBeAllClose([-e(-0.5), -e(1), -2 * e(1)]);
  expect(await losses(Infinity)).toBeAllClose([-e(-0.5), -e(1), -e(2)]);
});

test("where the data have less mass than the samples, neyman's critic loss stays bounded below", async () => {
  const { criticLoss } = adversarialLoss('neyman');
  const [far, near] = [[-1e4], [2 * Math.log(0.1)]]; // V* for q/p = 0.1
  const zero = () => tf.tensor1d([0]);
  const loss = async (v: number[]) => {
    const [byReal] = await valuesOf(() => criticLoss(tf.tensor1d(v), zero()));
    const [byFake] = await valuesOf(() => criticLoss(zero(), tf.tensor1d(v)));
    return 0.1 * byReal + byFake;
  };
  expect(await loss(far)).toBeGreaterThan(await loss(near));
});

test.each(['wasserstein-3', 'toString', ''])("the name '%s' is refused with the list of names", (name) => {
  expect(() => adversarialLoss(name as AdversarialLossName)).toThrow(RangeError);
  expect(() => adversarialLoss(name as AdversarialLossName)).toThrow(
    `name is '${name}'; use one of gan, js2, hellinger2, kl, rkl, pearson, neyman, tv, jeffreys, wgan, hinge, lsgan`,
  );
});

test('options out of range are refused', () => {
  for (const expLimit of [0, -1, NaN])
    expect(() => adversarialLoss('kl', { expLimit })).toThrow(`divergence: expLimit is ${expLimit}`);
  const generator = 'none' as 'saturating';
  expect(() => adversarialLoss('kl', { generator })).toThrow(
    "generator is 'none'; use 'saturating' or 'nonSaturating'",
  );
});

// Leads 0.5 + 0.7, −0.2 − 0.3 and 1.1 + 1.5.
const leads = [1.2, -0.5, 2.6];
const relativistic: Record<string, (lead: number) => number> = {
  gan: (lead) => Math.log1p(Math.exp(-lead)),
  hinge: (lead) => Math.max(0, 1 - lead),
  lsgan: (lead) => (lead - 1) ** 2 / 2,
};

describe.each(Object.entries(relativistic))('relativistic %s', (name, ofLead) => {
  const pair = adversarialLoss(name as AdversarialLossName, { relativistic: true });
  const both = (shift = 0) =>
    valuesOf(() => {
      const [reals, fakes] = [real, fake].map((v) => tf.tensor1d(v.map((x) => x + shift)));
      return tf.concat([pair.criticLoss(reals, fakes), pair.generatorLoss(fakes, reals)]);
    });

  test('the critic minimises ℓ of the lead of the data, the generator ℓ of its own', async () => {
    expect(pair).toMatchObject({ name, relativistic: true });
    expect(await both()).toBeAllClose([...leads.map(ofLead), ...leads.map((lead) => ofLead(-lead))]);
  });

  test('a constant added to all logits changes nothing', async () => {
    expect(await both(4)).toBeAllClose(await both(), { rtol: 1e-5, atol: 1e-6 }); // 4.5 − 3.3 keeps 2^-22 of float32
  });

  test('logits of ±1e4 have finite losses and slopes', async () => {
    const found = await valuesOf(() => {
      const [reals, fakes] = [tf.tensor1d([1e4, -1e4]), tf.tensor1d([-1e4, 1e4])];
      const f = (a: tf.Tensor, b: tf.Tensor) => pair.criticLoss(a as tf.Tensor1D, b as tf.Tensor1D);
      const { value, grads } = tf.valueAndGrads(f)([reals, fakes]);
      return tf.concat([value, ...grads]);
    });
    expect(found.every(Number.isFinite)).toBe(true);
  });

  test('refuses logits of different shapes', () => {
    const call = () => tf.tidy(() => pair.generatorLoss(tf.zeros<tf.Rank.R1>([3]), tf.zeros<tf.Rank.R1>([1])));
    expect(call).toThrow('generatorLoss: the logits have shape [3] and [1]');
  });
});

test.each<[AdversarialLossName, AdversarialLossOptions, string]>([
  ['kl', {}, "name is 'kl', which has no relativistic form; use one of gan, hinge, lsgan"],
  ['wgan', {}, "name is 'wgan', which has no relativistic form"],
  ['gan', { generator: 'saturating' }, 'generator is saturating, but relativistic losses have no such option'],
  ['gan', { expLimit: 3 }, 'expLimit is 3, but relativistic losses have no such option'],
])('relativistic %s with %o is refused', (name, options, message) => {
  const call = () => adversarialLoss(name, { relativistic: true, ...options });
  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
});
