import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gammaNetwork, type GammaNetworkOptions } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { valuesOf } from '../../../test/values-of.ts';
import { vector } from '../../../test/vectors.ts';

const times = Array.from({ length: 101 }, (_, i) => i / 100);

test('the monotone network has the reference values', async () => {
  const { expected, float32 } = vector<{ gamma: number[]; gammaPrime: number[] }>('vdm.gammaNet');
  const gamma = gammaNetwork({ hidden: 3, positive: 'abs', learnEndPoints: false });
  const weights = [1.5, -0.2, [-0.7, 1.3, -2], [0.1, -0.4, 0.2], [0.5, -0.25, 1]]; // signs do not matter
  tf.tidy(() => gamma.interior.forEach((v, i) => v.assign(tf.tensor(weights[i]))));
  const at = [0, 0.25, 0.5, 1];
  expect(await valuesOf(() => gamma.at(tf.tensor1d(at)))).toBeAllClose(expected.gamma, float32);
  expect(await valuesOf(() => gamma.slope(tf.tensor1d(at)))).toBeAllClose(expected.gammaPrime, float32);
  const onHost = await gamma.toFunction();
  expect(at.map(onHost)).toBeAllClose(expected.gamma, { rtol: 1e-6 }); // weights are float32
  gamma.dispose();
});

test('the line has the reference values', async () => {
  const gamma = gammaNetwork({ kind: 'linear' });
  expect(await valuesOf(() => gamma.at(tf.tensor1d([0, 0.5, 1])))).toBeAllClose([-13.3, -4.15, 5]);
  expect(await valuesOf(() => gamma.slope(tf.tensor1d([0, 0.5, 1])))).toBeAllClose([18.3, 18.3, 18.3]);
  expect([gamma.endPoints.length, gamma.interior.length, gamma.variables.length]).toEqual([2, 0, 2]);
  gamma.dispose();
});

const kinds: [string, GammaNetworkOptions][] = [
  ['linear', { kind: 'linear' }],
  ['linear, fixed', { kind: 'linear', learnEndPoints: false }],
  ['monotone', {}],
  ['monotone, abs', { positive: 'abs', hidden: 32, key: key(3) }],
  ['monotone, fixed', { learnEndPoints: false, hidden: 32 }],
];

describe.each(kinds)('%s', (_, options) => {
  const evaluate = async (gamma: ReturnType<typeof gammaNetwork>, t: number[]) => ({
    at: await valuesOf(() => gamma.at(tf.tensor1d(t))),
    slope: await valuesOf(() => gamma.slope(tf.tensor1d(t))),
  });

  test('γ(0) and γ(1) are the end points to the last bit, alone or in any batch', async () => {
    const gamma = gammaNetwork({ gamma0: -12.7, gamma1: 4.3, ...options });
    const low = Math.fround(-12.7);
    const high = options.learnEndPoints === false ? Math.fround(4.3) : Math.fround(low + Math.fround(4.3 - -12.7));
    expect(Array.from((await evaluate(gamma, [0, 1])).at)).toEqual([low, high]);
    const { at } = await evaluate(gamma, times);
    expect([at[0], at[100]]).toEqual([low, high]);
    gamma.dispose();
  });

  test('γ increases, and γ′ is its slope', async () => {
    const gamma = gammaNetwork(options);
    const onHost = await gamma.toFunction();
    const { at, slope } = await evaluate(gamma, times);
    expect(at).toBeAllClose(times.map(onHost), { rtol: 1e-5, atol: 1e-5 });
    expect(at.every((g, i) => i === 0 || g > at[i - 1])).toBe(true);
    expect(slope.every((g) => g > 0)).toBe(true);
    const h = 1e-5; // its square times the third derivative, around 1e3, is left
    expect(slope).toBeAllClose(
      times.map((t) => (onHost(t + h) - onHost(t - h)) / (2 * h)),
      { rtol: 1e-4 },
    );
    gamma.dispose();
  });

  test('the same key makes the same network', async () => {
    const [one, two] = [gammaNetwork(options), gammaNetwork(options)];
    expect(await evaluate(one, times)).toEqual(await evaluate(two, times));
    one.dispose();
    two.dispose();
  });
});

test('at the start it is nearly straight', async () => {
  const gamma = gammaNetwork();
  const at = await valuesOf(() => gamma.at(tf.tensor1d(times)));
  expect(Math.max(...times.map((t, i) => Math.abs(at[i] - (-13.3 + 18.3 * t))))).toBeLessThan(0.5);
  gamma.dispose();
});

test.each<[GammaNetworkOptions, string]>([
  [{ kind: 'cubic' as 'linear' }, "gammaNetwork: kind is 'cubic'; use 'linear' or 'monotone'"],
  [{ positive: 'relu' as 'abs' }, "gammaNetwork: positive is 'relu'; use 'softplus' or 'abs'"],
  [{ gamma0: 5, gamma1: 5 }, 'gammaNetwork: gamma0 is 5 and gamma1 is 5'],
  [{ gamma1: NaN }, 'gamma1 is NaN'],
  [{ hidden: 0 }, 'gammaNetwork: hidden is 0'],
])('%o is refused', (options, message) => {
  expect(() => gammaNetwork(options)).toThrow(RangeError);
  expect(() => gammaNetwork(options)).toThrow(message);
});
