import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, type Schema } from '@diffgan/config';
import { countParameters, createModel, type ModelConfig, modelSchemas, presets } from '@diffgan/unet';
import { publishedClassifiers, publishedUnets } from './published-unets.ts';

/** Keys that no network has, those of every object among them. */
const strangeKey = fc.oneof(
  fc.string().map((text) => `?${text}`),
  fc.constantFrom('__proto__', 'constructor', 'toString'),
);

/** Mostly values that fit, now and then some that do not: what fits together is for the schema to say. */
const small = fc.integer({ min: 1, max: 6 });
const fours = fc.constantFrom(4, 8, 12, 6);
const even = fc.constantFrom(4, 6, 10, 5);
const flag = fc.boolean();
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const size = fc.constantFrom(4, 8, 6);
const image = { imageSize: fc.oneof(size, fc.tuple(size, size)), channels: fc.constantFrom(1, 3) };
const classes = maybe(small);
const labels = { classes, nullClass: maybe(flag) };
const shape = {
  ...image,
  baseChannels: fours,
  channelMultipliers: fc.array(fc.constantFrom(1, 2, 3), { minLength: 1, maxLength: 3 }),
  blocksPerLevel: fc.constantFrom(1, 2),
  attentionResolutions: fc.subarray([8, 4, 2]),
};
const variations = {
  dropout: maybe(fc.constantFrom(0, 0.1)),
  heads: maybe(fc.constantFrom(1, 2, 3)),
  headChannels: maybe(fc.constantFrom(2, 4)),
  scaleShiftNorm: maybe(flag),
  resampling: maybe(fc.constantFrom('convolution', 'plain', 'block', 'fir')),
  downPadding: maybe(fc.constantFrom('end', 'around')),
  groups: maybe(fc.constantFrom(1, 2, 4)),
};
const middle = { middle: maybe(fc.constantFrom('attention', 'unnormed-attention', 'blocks', 'none')) };
const waves = { timeChannels: maybe(even), cosineFirst: maybe(flag), frequencyShift: maybe(fc.constantFrom(0, 1)) };
const generator = {
  ...shape,
  kind: fc.constant('ddgan-generator'),
  latentDim: small,
  latentWidth: small,
  latentLayers: fc.constantFrom(1, 3),
  classes,
  tanh: maybe(flag),
};
const critic = { ...image, kind: fc.constant('ddgan-discriminator'), timeWidth: even, stddevGroup: small, classes };
const mlp = { dim: small, hidden: fc.array(small, { minLength: 1, maxLength: 3 }), timeWidth: even };

const configs: Record<ModelConfig['kind'], fc.Arbitrary<object>> = {
  'ddpm-unet': fc.record({
    kind: fc.constant('ddpm-unet'),
    ...shape,
    ...variations,
    ...labels,
    learnedVariance: maybe(flag),
    augmentationLabels: maybe(flag),
    ...middle,
    ...waves,
    tanh: maybe(flag),
  }),
  'ddgan-generator': fc.oneof(
    fc.record({ ...generator, style: fc.constant('ncsnpp') }),
    fc.record({
      ...generator,
      style: fc.constant('unet'),
      latentNorms: maybe(fc.constantFrom('second', 'both')),
      resampling: maybe(fc.constantFrom('convolution', 'fir')),
    }),
  ),
  'ddgan-discriminator': fc.oneof(
    fc.record({
      ...critic,
      style: fc.constant('half-unet'),
      headResolutions: maybe(fc.constantFrom('last', 'all')),
      widths: fc.array(small, { minLength: 2, maxLength: 4 }),
      downsample: fc.array(flag, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      ...shape,
      kind: fc.constant('ddgan-discriminator'),
      style: fc.constant('unet-encoder'),
      classes,
      headResolutions: maybe(fc.constantFrom('last', 'all')),
    }),
    fc.record({ ...critic, style: fc.constant('small'), baseChannels: small }),
    fc.record({
      ...critic,
      style: fc.constant('large'),
      baseChannels: fc.constant(1),
      imageSize: fc.constantFrom(64, 63),
    }),
  ),
  'vdm-denoiser': fc.record({
    kind: fc.constant('vdm-denoiser'),
    ...image,
    baseChannels: fours,
    blocks: fc.constantFrom(1, 2, 3),
    dropout: variations.dropout,
    gamma0: maybe(fc.constantFrom(-8, 6)),
    fourierExponents: maybe(fc.subarray([1, 5, 7])),
  }),
  'noise-classifier': fc.record({
    kind: fc.constant('noise-classifier'),
    ...{ ...shape, ...variations, ...middle, ...waves },
    classes: small,
    pool: maybe(fc.constantFrom('mean', 'attention')),
  }),
  'mlp-denoiser': fc.record({ kind: fc.constant('mlp-denoiser'), ...mlp, ...labels }),
  'mlp-generator': fc.record({ kind: fc.constant('mlp-generator'), ...mlp, ...labels, latentDim: small }),
  'mlp-critic': fc.record({ kind: fc.constant('mlp-critic'), ...mlp, ...labels }),
  'mlp-classifier': fc.record({ kind: fc.constant('mlp-classifier'), ...mlp, classes: small }),
};

const accepted = (kind: ModelConfig['kind'], config: object): ModelConfig | undefined => {
  try {
    return parse(modelSchemas[kind] as Schema<ModelConfig>, config, (problem) => new RangeError(problem));
  } catch {
    return undefined;
  }
};

it.each<[string, { config: ModelConfig; parameters: number }]>(
  Object.entries({ ...publishedUnets, ...publishedClassifiers }),
)('counts the parameters that %s has in its authors’ code', (_, { config, parameters }) => {
  expect(countParameters(config)).toBe(parameters);
});

it('counts the parameters of the DDGAN release without making its networks', () => {
  const { generator, discriminator } = presets.cifar10;
  const large = { ...discriminator, style: 'large', imageSize: 256 } as const;
  expect([generator, discriminator, large].map(countParameters)).toEqual([48_432_515, 12_741_633, 27_737_217]);
});

describe.each(Object.keys(configs) as ModelConfig['kind'][])('the schema of %s', (kind) => {
  it('accepts what can be made, with as many parameters as it counts, and nothing else', () => {
    let made = 0;
    fc.assert(
      fc.property(configs[kind], (config) => {
        const before = tf.memory().numTensors;
        const known = accepted(kind, config);
        if (known === undefined) {
          expect(() => createModel(JSON.stringify(config))).toThrow(RangeError);
        } else {
          expect(known).toEqual(config);
          const model = createModel(known, { key: null });
          expect(countParameters(known)).toBe(model.countParams());
          model.dispose();
          made++;
        }
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(made).toBeGreaterThan(5);
  });

  it('refuses any other key, whatever its name', () => {
    fc.assert(
      fc.property(configs[kind], strangeKey, (config, key) => {
        const json = JSON.stringify(config).replace('{', `{${JSON.stringify(key)}:1,`);
        expect(() => createModel(json)).toThrow(/ is unknown; /);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('refuses whatever is no such object', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(accepted(kind, { value })).toBeUndefined();
        expect(() => createModel({ kind, value } as never)).toThrow(RangeError);
      }),
      { numRuns: 100, seed: 7 },
    );
  });
});
