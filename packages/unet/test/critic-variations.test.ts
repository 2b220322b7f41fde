import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { r1Penalty } from '@diffgan/fgan-losses';
import { callModel, foldIn, key, normal, normalArray } from '@diffgan/ops';
import { ddganDiscriminator, type DdganDiscriminatorConfig, ddpmUnet } from '@diffgan/unet';
import * as configs from './configs.ts';
import { nameOf, randomiseWeights, readWeights, writeWeights } from './weights.ts';

const encoder: DdganDiscriminatorConfig = {
  ...{ kind: 'ddgan-discriminator', style: 'unet-encoder', imageSize: 8, channels: 1, baseChannels: 4 },
  ...{ channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [4] },
};
const critics: Record<string, DdganDiscriminatorConfig> = {
  'unet-encoder': encoder,
  'unet-encoder with a head for each resolution': { ...encoder, headResolutions: 'all' },
  'half-unet with a head for each resolution': { ...configs.critic, headResolutions: 'all' },
};

function randomCritic(config: DdganDiscriminatorConfig) {
  const model = ddganDiscriminator(config);
  if (config.style === 'half-unet') awayFromKinks(model);
  else randomiseWeights(model, key(1), 0.3);
  const score = (x: tf.Tensor) =>
    callModel(model, [x, normal(key(3), [2, 8, 8, 1]), tf.tensor1d([0, 3])]) as tf.Tensor1D;
  return { model, score };
}

/**
 * R1 jumps at the kinks of LeakyReLU, which no step of float32 is short enough to avoid: biases of ±10 put every channel on one side of its
 * kink or the other. Kinks are for the float64 reference of the plain critic.
 */
function awayFromKinks(model: ReturnType<typeof ddganDiscriminator>): void {
  randomiseWeights(model, key(1), 0.05);
  for (const weight of model.weights.filter((one) => /conv\d?\.bias$|stem\.bias$/.test(nameOf(one)))) {
    const bias = tf.tensor1d(Array.from({ length: weight.shape[0] as number }, (_, i) => (i % 2 === 0 ? 10 : -10)));
    weight.write(bias);
    bias.dispose();
  }
}
const image = () => normal(key(2), [2, 8, 8, 1]);

const valuesOf = async (compute: () => tf.Tensor) => {
  const result = tf.tidy(compute);
  const values = await result.data();
  result.dispose();
  return values;
};

/** A value, and what it becomes a little further along a direction of all weights: central differences. */
async function slopeAlong(
  model: ReturnType<typeof ddganDiscriminator>,
  loss: () => tf.Scalar,
  { direction, length }: { direction: Record<string, Float32Array>; length: number },
): Promise<number> {
  const weights = await readWeights(model);
  const at = async (step: number) => {
    writeWeights(model, weights, { direction, length: step });
    return (await valuesOf(loss))[0];
  };
  const slope = ((await at(length)) - (await at(-length))) / (2 * length);
  writeWeights(model, weights, { direction, length: 0 });
  return slope;
}

test.each(Object.entries(critics))(
  '%s: R1 and its gradient by the weights agree with finite differences',
  async (_, config) => {
    const { model, score } = randomCritic(config);
    const penalty = () => tf.mean<tf.Scalar>(r1Penalty(score, image(), { gamma: 2 }));
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.tidy(() => tf.variableGrads(penalty, variables));
    const gradient: Record<string, Float32Array> = {};
    for (const [i, weight] of model.trainableWeights.entries()) {
      const found = grads[variables[i].name] as tf.Tensor | null;
      gradient[nameOf(weight)] = found ? ((await found.data()) as Float32Array) : new Float32Array(variables[i].size);
    }
    const norm = Math.hypot(...Object.values(gradient).map((g) => Math.hypot(...g)));
    const along = Object.fromEntries(Object.entries(gradient).map(([name, g]) => [name, g.map((v) => v / norm)]));
    // A thirtieth of the weights' size, 0.3 or 0.05: its square times the third derivative is left, and rounding, 1e-7 of the penalty.
    const length = config.style === 'half-unet' ? 0.0017 : 0.01;
    const slope = await slopeAlong(model, penalty, { direction: along, length });
    expect([slope]).toBeAllClose([norm], { rtol: 2e-2, atol: 0 });
    tf.dispose([value, grads]);
    model.dispose();
  },
);

test.each(Object.entries(critics))('%s: the slope by x_{t−1} is that of the logits', async (_, config) => {
  const { model, score } = randomCritic(config);
  const direction = normalArray(foldIn(key(5), 0), 128).map((v) => v / Math.sqrt(128));
  const along = () => tf.tensor4d(direction, [2, 8, 8, 1]);
  const logits = (step: number) => tf.sum(score(tf.add(image(), tf.mul(step, along()))));
  const [slope, up, down] = await valuesOf(() => {
    const gradient = tf.grad((x) => tf.sum(score(x)))(image());
    return tf.stack([tf.sum(tf.mul(gradient, along())), logits(0.01), logits(-0.01)]);
  });
  // float32 logits of size 1 to 10 over 0.02
  expect(Math.abs((up - down) / 0.02 - slope)).toBeLessThan(2e-2 * Math.abs(slope) + 2e-3);
  model.dispose();
});

test('the encoder is the way down of the U-Net of DDPM, but for the pair it sees and its head', () => {
  const [critic, denoiser] = [ddganDiscriminator(encoder), ddpmUnet(configs.denoiser)];
  const shapes = (model: typeof critic) => new Map(model.weights.map((weight) => [nameOf(weight), weight.shape]));
  const [own, all] = [shapes(critic), shapes(denoiser)];
  const alone = [...own.keys()].filter((name) => String(own.get(name)) !== String(all.get(name)));
  expect(alone).toEqual([
    'stem.kernel',
    'head.1.norm.scale',
    'head.1.norm.shift',
    'head.linear.kernel',
    'head.linear.bias',
  ]);
  const missing = [...all.keys()].filter((name) => !own.has(name));
  expect(missing.filter((name) => !/^(middle|up|out)/.test(name))).toEqual([]);
  [critic, denoiser].forEach((model) => model.dispose());
});

test('heads for all resolutions see what that for the last one sees, and more', () => {
  const namesOf = (config: DdganDiscriminatorConfig) => {
    const model = ddganDiscriminator(config);
    const names = model.weights.map(nameOf).sort();
    model.dispose();
    return names;
  };
  const added = (last: DdganDiscriminatorConfig, all: DdganDiscriminatorConfig) => {
    const [few, many] = [namesOf(last), namesOf(all)];
    expect(few.every((name) => many.includes(name))).toBe(true);
    return many.filter((name) => !few.includes(name));
  };
  expect(added(encoder, critics['unet-encoder with a head for each resolution'])).toEqual([
    'head.0.norm.scale',
    'head.0.norm.shift',
  ]);
  expect(added(configs.critic, critics['half-unet with a head for each resolution'])).toEqual([
    'head.0.conv.bias',
    'head.0.conv.kernel',
  ]);
});
