import { show } from './field-values.ts';
import type { LabelConfig, MlpConfig, NoiseClassifierConfig, VdmDenoiserConfig } from './config.ts';
import {
  MAX_COUNT,
  MAX_WIDTH,
  requireImage,
  requireKind,
  requireList,
  requireTrunk,
  requireWhole,
} from './validate.ts';
import { requireLabels, requireVariations } from './validate-variations.ts';

function requireNumber(
  name: string,
  config: object,
  field: string,
  fits: (value: number) => boolean,
  allowed: string,
): void {
  const value = (config as Readonly<Record<string, unknown>>)[field];
  if (value !== undefined && !(typeof value === 'number' && fits(value)))
    throw new RangeError(`${name}: ${field} is ${show(value)}; it must be ${allowed}`);
}

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateVdm(config: VdmDenoiserConfig): void {
  const name = 'vdmDenoiser';
  requireKind(name, config, { kind: 'vdm-denoiser' });
  requireWhole(name, { ...config }, { channels: MAX_WIDTH, baseChannels: MAX_WIDTH, blocks: MAX_COUNT });
  requireImage(name, { ...config }, 0);
  if (config.baseChannels % 4 !== 0)
    throw new RangeError(
      `${name}: baseChannels is ${config.baseChannels}; it must be a multiple of 4, since group norm forms groups of at least 4 channels`,
    );
  requireNumber(name, config, 'dropout', (x) => x >= 0 && x < 1, 'a number from 0 up to but not including 1');
  for (const field of ['gamma0', 'gamma1']) requireNumber(name, config, field, Number.isFinite, 'a number');
  const { gamma0 = -13.3, gamma1 = 5, fourierExponents: exponents = [] } = config;
  if (!(gamma0 < gamma1)) throw new RangeError(`${name}: gamma1 is ${gamma1}; it must be more than gamma0, ${gamma0}`);
  const fits = (n: unknown) => Number.isInteger(n) && (n as number) >= 0 && (n as number) <= 32;
  if (!Array.isArray(exponents) || exponents.length > MAX_COUNT || !exponents.every(fits))
    throw new RangeError(
      `${name}: fourierExponents is ${show(exponents)}; it must be a list of up to ${MAX_COUNT} integers from 0 to 32`,
    );
}

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateClassifier(config: NoiseClassifierConfig): void {
  const name = 'noiseClassifier';
  requireKind(name, config, { kind: 'noise-classifier' });
  requireTrunk(name, { ...config });
  requireWhole(name, { ...config }, { classes: MAX_WIDTH });
  requireVariations(name, { ...config, kind: 'ddpm-unet' });
}

/** Numbers that only some of the networks for vectors have. */
const further: Record<string, Record<string, number>> = {
  'mlp-generator': { latentDim: MAX_WIDTH },
  'mlp-classifier': { classes: MAX_WIDTH },
};

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateMlp(name: string, config: MlpConfig & LabelConfig, kind: string): void {
  requireKind(name, config, { kind });
  requireWhole(name, { ...config }, { dim: MAX_WIDTH, ...further[kind] });
  requireLabels(name, config);
  requireList(name, { ...config }, 'hidden', 1);
  const { timeWidth } = config;
  if (!Number.isInteger(timeWidth) || timeWidth < 4 || timeWidth > MAX_WIDTH || timeWidth % 2 !== 0)
    throw new RangeError(
      `${name}: timeWidth is ${show(timeWidth)}; it must be even and from 4 to ${MAX_WIDTH} (sines and cosines)`,
    );
}
