import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict } from '@diffgan/objectives';
import { callModel } from '@diffgan/ops';
import { vpSchedule } from '@diffgan/schedule';
import { ddganGenerator, type DdganGeneratorConfig, mlpGenerator } from '@diffgan/unet';
import { ablatedGenerator } from '../src/ablated-generator.ts';
import type { GeneratorAblations } from '../src/chain-parts.ts';

const schedule = vpSchedule(4);
let model: ReturnType<typeof mlpGenerator>;
beforeAll(() => {
  model = mlpGenerator({ kind: 'mlp-generator', dim: 2, latentDim: 3, hidden: [8], timeWidth: 4 });
});
afterAll(() => model.dispose());

const sampling = { sampler: 'ddgan' } as const;
const ablated = (ablations?: GeneratorAblations) => ablatedGenerator({ network: model, sampling, ablations }, schedule);

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

describe('images of a generator without bounds', () => {
  const images: DdganGeneratorConfig = {
    ...{ kind: 'ddgan-generator', style: 'unet', imageSize: 4, channels: 1, baseChannels: 4, channelMultipliers: [1] },
    ...{ blocksPerLevel: 1, attentionResolutions: [], latentDim: 2, latentWidth: 4, latentLayers: 1 },
  };

  it.each([
    ['are clipped', false, undefined, [-1, 1, 1]],
    ['are left as they are where the user says so', false, { clip: false }, [-3, 2, 1]],
    ['need no clip behind a tanh', true, undefined, undefined],
  ])('%s', async (_, tanh, told, wanted) => {
    const network = ddganGenerator({ ...images, tanh });
    const { generator } = ablatedGenerator({ network, sampling: { ...sampling, ...told } }, schedule);
    expect(generator === network).toBe(wanted === undefined || told?.clip === false);
    if (wanted !== undefined) {
      const bias = network.weights.find(({ name }) => /out.conv.*bias/.test(name))!;
      for (const [i, value] of [-3, 2, 1].entries()) {
        const old = bias.read();
        tf.tidy(() => void bias.write(tf.fill(old.shape, value)));
        const inputs = [tf.zeros([1, 4, 4, 1]), tf.zeros([1, 2]), tf.tensor1d([0])];
        const output = tf.tidy(() => callModel(generator, inputs));
        // the last convolution starts from zero, so that its bias is all that is left
        expect(new Set(await output.data())).toEqual(new Set([wanted[i]]));
        tf.dispose([output, ...inputs]);
      }
    }
    network.dispose();
  });
});
