import { describe, expect, test } from 'vitest';
import {
  createModel,
  ddganDiscriminator,
  ddganGenerator,
  ddpmUnet,
  modelConfig,
  type ModelConfig,
} from '@diffgan/unet';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import * as configs from './configs.ts';

const { denoiser, generator, ncsnpp, critic, smallCritic, largeCritic } = configs;

describe('a wrong field is a RangeError that names it', () => {
  const wrong: [config: ModelConfig, field: string, value: unknown][] = [
    [denoiser, 'imageSize', 9],
    [denoiser, 'imageSize', [8, 6.5]],
    [denoiser, 'imageSize', [8]],
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
    [denoiser, 'channelMultipliers', [1, '2']],
    [denoiser, 'channelMultipliers', { length: 1, 0: 1 }],
    [denoiser, 'channelMultipliers', Array(65).fill(1)],
    [denoiser, 'attentionResolutions', 4],
    [denoiser, 'attentionResolutions', [0]],
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
    [critic, 'widths', [4, 0]],
    [critic, 'downsample', [true, false]],
    [critic, 'downsample', ['true']],
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
    [configs.vdm, 'fourierExponents', [7, 33]],
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
    [configs.mlpCritic, 'hidden', [1e6]],
    [configs.mlpCritic, 'classes', 2.5],
    [configs.mlpClassifier, 'classes', undefined],
    [configs.mlpClassifier, 'dim', 0],
  ];
  test.each(wrong)('%j with %s = %j', (config, field, value) => {
    const make = () => createModel({ ...config, [field]: value });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(new RegExp(`${field} is `));
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
