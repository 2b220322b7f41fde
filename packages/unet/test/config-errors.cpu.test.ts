import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  createModel,
  ddganDiscriminator,
  ddganGenerator,
  ddpmUnet,
  type ModelConfig,
  modelConfig,
} from '@diffgan/unet';
import * as configs from './configs.ts';

const { denoiser, generator, ncsnpp, critic, smallCritic, largeCritic } = configs;

describe('a wrong field is a RangeError that names it', () => {
  const wrong: [config: ModelConfig, field: string, value: unknown, named?: string][] = [
    [denoiser, 'imageSize', 9],
    [denoiser, 'imageSize', [8, 6.5], 'imageSize[1]'],
    [denoiser, 'imageSize', [8]],
    [denoiser, 'imageSize', [8, 6, 4]],
    [denoiser, 'imageSize', undefined],
    [denoiser, 'imageSize', null],
    [denoiser, 'imageSize', '8'],
    [denoiser, 'imageSize', 0],
    [denoiser, 'imageSize', 1e9],
    [denoiser, 'channels', 0],
    [denoiser, 'channels', NaN],
    [denoiser, 'baseChannels', 6],
    [denoiser, 'baseChannels', -4],
    [denoiser, 'baseChannels', 2 ** 20],
    [denoiser, 'blocksPerLevel', 1.5],
    [denoiser, 'blocksPerLevel', 1e9],
    [denoiser, 'channelMultipliers', []],
    [denoiser, 'channelMultipliers', [1, '2'], 'channelMultipliers[1]'],
    [denoiser, 'channelMultipliers', { length: 1, 0: 1 }],
    [denoiser, 'channelMultipliers', Array(65).fill(1)],
    [denoiser, 'attentionResolutions', 4],
    [denoiser, 'attentionResolutions', [0], 'attentionResolutions[0]'],
    [denoiser, 'dropout', 1],
    [denoiser, 'dropout', '0.1'],
    [denoiser, 'heads', 3],
    [denoiser, 'heads', 0],
    [denoiser, 'headChannels', 16],
    [{ ...denoiser, heads: 2 }, 'headChannels', 4],
    [denoiser, 'scaleShiftNorm', 1],
    [denoiser, 'resampling', 'conv'],
    [denoiser, 'downPadding', 'same'],
    [denoiser, 'groups', 3],
    [denoiser, 'groups', 8],
    [denoiser, 'epsilon', 0],
    [denoiser, 'learnedVariance', 'yes'],
    [denoiser, 'classes', 0],
    [denoiser, 'nullClass', true],
    [denoiser, 'augmentationLabels', 9],
    [denoiser, 'timeChannels', 5],
    [denoiser, 'tanh', 1],
    [{ ...denoiser, learnedVariance: true }, 'tanh', true],
    [denoiser, 'cosineFirst', null],
    [denoiser, 'frequencyShift', 0.5],
    [generator, 'style', 'stylegan'],
    [generator, 'latentDim', 0],
    [generator, 'latentWidth', undefined],
    [generator, 'latentLayers', 1e6],
    [generator, 'classes', 0],
    [generator, 'tanh', 'no'],
    [ncsnpp, 'imageSize', [8, 6]],
    [ncsnpp, 'baseChannels', 6],
    [ncsnpp, 'latentLayers', undefined],
    [ncsnpp, 'classes', 1.5],
    [smallCritic, 'baseChannels', 0],
    [smallCritic, 'baseChannels', 2 ** 14],
    [smallCritic, 'imageSize', [8, 7]],
    [smallCritic, 'classes', '10'],
    [largeCritic, 'imageSize', 63],
    [largeCritic, 'timeWidth', 2],
    [critic, 'style', 'huge'],
    [critic, 'widths', [4]],
    [critic, 'widths', [4, 0], 'widths[1]'],
    [critic, 'downsample', [true, false]],
    [critic, 'downsample', ['true'], 'downsample[0]'],
    [critic, 'downsample', undefined],
    [critic, 'timeWidth', 5],
    [critic, 'timeWidth', 2],
    [critic, 'stddevGroup', 0],
    [configs.vdm, 'imageSize', 0],
    [configs.vdm, 'baseChannels', 6],
    [configs.vdm, 'blocks', 65],
    [configs.vdm, 'dropout', 1],
    [configs.vdm, 'gamma0', '0'],
    [configs.vdm, 'gamma1', -14],
    [configs.vdm, 'fourierExponents', [7, 33], 'fourierExponents[1]'],
    [configs.vdm, 'fourierExponents', 7],
    [configs.classifier, 'imageSize', 5],
    [configs.classifier, 'classes', 0],
    [configs.classifier, 'heads', 3],
    [configs.mlpDenoiser, 'dim', 0],
    [configs.mlpDenoiser, 'hidden', []],
    [configs.mlpDenoiser, 'classes', 0],
    [configs.mlpDenoiser, 'nullClass', true],
    [configs.toldMlpDenoiser, 'nullClass', 1],
    [configs.mlpGenerator, 'latentDim', undefined],
    [configs.mlpGenerator, 'classes', '3'],
    [configs.mlpCritic, 'timeWidth', 7],
    [configs.mlpCritic, 'hidden', [1e6], 'hidden[0]'],
    [configs.mlpCritic, 'classes', 2.5],
    [configs.mlpClassifier, 'classes', undefined],
    [configs.mlpClassifier, 'dim', 0],
  ];
  test.each(wrong)('%j with %s = %j', (config, field, value, named = field) => {
    const make = () => createModel({ ...config, [field]: value });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(`: ${named} is `);
  });
});

test.each([
  [
    denoiser,
    'imageSize',
    '8',
    'ddpmUnet: imageSize is "8"; it must be an integer from 1 to 16384, or a pair of values',
  ],
  [
    denoiser,
    'imageSize',
    undefined,
    'ddpmUnet: imageSize is missing; it must be an integer from 1 to 16384, or a pair',
  ],
  [denoiser, 'channels', NaN, 'ddpmUnet: channels is NaN; it must be an integer from 1 to 16384'],
  [denoiser, 'baseChannels', 6, 'ddpmUnet: baseChannels is 6; it must be a multiple of 4 from 4 to 16384'],
  [denoiser, 'dropout', 1, 'ddpmUnet: dropout is 1; it must be a number of at least 0 and below 1'],
  [denoiser, 'resampling', 'blok', 'it must be one of "convolution", "plain", "block", "fir"; did you mean "block"?'],
  [denoiser, 'heads', 3, 'ddpmUnet: heads is 3; it must divide the 8 channels of every attention'],
  [critic, 'timeWidth', 5, 'ddganDiscriminator: timeWidth is 5; it must be an even integer from 4 to 16384'],
  [critic, 'downsample', [true, false], 'it needs one boolean for each of the 1 blocks after the stem'],
  [configs.vdm, 'gamma1', -14, 'vdmDenoiser: gamma1 is -14; it must be more than gamma0, -13.3'],
  [configs.vdm, 'gamma0', 6, 'vdmDenoiser: gamma0 is 6; it must be less than gamma1, 5'],
  [denoiser, 'baseChanels', 4, 'ddpmUnet: baseChanels is unknown; did you mean "baseChannels"?'],
  [
    configs.mlpDenoiser,
    'x',
    4,
    'mlpDenoiser: x is unknown; the keys are kind, dim, hidden, timeWidth, classes, nullClass',
  ],
])('the message for %j with %s = %j', (config, field, value, message) => {
  expect(() => createModel({ ...config, [field]: value })).toThrow(message);
});

describe('a network that is too large is refused before anything is allocated', () => {
  test.each<ModelConfig>([
    { ...denoiser, baseChannels: 4096, imageSize: 64, channelMultipliers: [1, 1] },
    { ...generator, latentLayers: 4, latentWidth: 2 ** 14 },
    { ...ncsnpp, baseChannels: 2 ** 13 },
    { ...critic, widths: [2 ** 14, 2 ** 14] },
    { ...smallCritic, baseChannels: 2 ** 11 },
    { ...configs.vdm, baseChannels: 2048 },
    { ...configs.classifier, baseChannels: 2 ** 13 },
    { ...configs.mlpDenoiser, hidden: [2 ** 14, 2 ** 14, 2 ** 14, 2 ** 14] },
    { ...configs.mlpClassifier, hidden: [1024], classes: 2 ** 20 },
  ])('%j', (config) => {
    const before = tf.memory().numBytes;
    expect(JSON.stringify(config).length).toBeLessThan(300);
    expect(() => createModel(config)).toThrow(
      /describes a network of \d+ million parameters, \d+ GB; at most 600 million/,
    );
    expect(tf.memory().numBytes).toBe(before);
  });
});

test('a size that does not halve comes with the size that would', () => {
  expect(() => ddpmUnet({ ...denoiser, imageSize: 30, channelMultipliers: [1, 2, 2] })).toThrow(
    /multiples of 4\. Pad the images to 32/,
  );
  expect(() => ddganGenerator({ ...ncsnpp, imageSize: 28, channelMultipliers: [1, 2, 2, 2] })).toThrow(
    /multiples of 8\. Pad the images to 32/,
  );
  expect(() => ddganDiscriminator({ ...largeCritic, imageSize: 32 })).toThrow(
    /halves it 6 times, .* at least 64\. Use style 'small'/,
  );
});

test.each([
  ['not JSON', '{"kind": "ddpm-unet", '],
  ['null', 'null'],
  ['a number', '7'],
  ['an unknown kind', '{"kind": "transformer"}'],
  ['a kind that every object has', '{"kind": "constructor"}'],
  ['no kind', '{}'],
])('createModel refuses %s', (_, json) => {
  expect(() => createModel(json)).toThrow(TypeError);
  expect(() => createModel(json)).toThrow(/^createModel: /);
});

test('a factory refuses the configuration of another', () => {
  expect(() => ddpmUnet(generator as never)).toThrow(/ddpmUnet: kind is "ddgan-generator"; it must be "ddpm-unet"/);
  expect(() => ddganGenerator(critic as never)).toThrow(/ddganGenerator: kind is/);
  expect(() => ddganDiscriminator(undefined as never)).toThrow(TypeError);
});

test('modelConfig refuses a model of other making', () => {
  const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
  expect(() => modelConfig(model)).toThrow(/was not made by a factory/);
  model.dispose();
});
