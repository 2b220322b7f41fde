import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '@diffgan/objectives';
import { callModel } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { mlpGenerator } from '@diffgan/unet';
import { ablatedGenerator } from '../src/ablated-generator.ts';
import type { GeneratorAblations } from '../src/chain-parts.ts';

const schedule = vpSchedule(4);
let model: ReturnType<typeof mlpGenerator>;
beforeAll(() => {
  model = mlpGenerator({ kind: 'mlp-generator', dim: 2, latentDim: 3, hidden: [8], timeWidth: 4 });
});
afterAll(() => model.dispose());

const ablated = (ablations?: GeneratorAblations) => ablatedGenerator({ network: model, ablations }, schedule);

/** What the sampler gets from a call at t = 3, beside what the network itself gives for these inputs. */
async function beside(
  ablations: GeneratorAblations,
  wanted: (xt: tf.Tensor, z: tf.Tensor, t: tf.Tensor1D) => tf.Tensor,
) {
  const [actual, expected] = tf.tidy(() => {
    const inputs = [tf.tensor2d([[0.3, -1]]), tf.tensor2d([[0.5, 2, -0.7]]), tf.tensor1d([2])] as const;
    const { generator } = ablated(ablations);
    return [callModel(generator, [...inputs]), wanted(...inputs)];
  });
  expect(await actual.data()).toBeAllClose(await expected.data(), { rtol: 1e-6 });
  tf.dispose([actual, expected]);
}

const own = (...inputs: tf.Tensor[]) => callModel(model, inputs);

describe('the generator of an ablation is sampled as it was trained', () => {
  it('as it is, if there is none', () => {
    expect(ablated()).toEqual({ generator: model, schedule, latentDim: 3 });
    expect(ablated({ noLatent: false }).generator).toBe(model);
  });

  it('noLatent', () => beside({ noLatent: true }, (xt, z, t) => own(xt, tf.zerosLike(z), t)));

  it('noiseGeneration', () =>
    beside({ noiseGeneration: true }, (xt, z, t) => predict('eps', schedule, own(xt, z, t), { t: [3], xt }).x0));

  it('oneShotAug, in one call', async () => {
    await beside({ oneShotAug: true }, (xt, z) => own(xt, z, tf.tensor1d([3])));
    expect(ablated({ oneShotAug: true }).schedule.steps).toBe(1);
  });
});
