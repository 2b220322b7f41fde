import type { DdpmUnetConfig, LabelConfig } from './config.ts';
import { isWhole, show } from './field-values.ts';
import { unetParts } from './unet-parts.ts';

const MAX_CLASSES = 2 ** 20;

const oneOf = (...values: unknown[]) => ({
  fits: (value: unknown) => values.includes(value),
  allowed: values.map(show).join(' or '),
});
const from1To = (max: number) => ({
  fits: (value: unknown) => isWhole(value, max),
  allowed: `an integer from 1 to ${max}`,
});

/** What some fields may be where they are given. */
type Fields<Config> = Partial<Record<keyof Config, { fits: (value: unknown) => boolean; allowed: string }>>;

const labelFields = { classes: from1To(MAX_CLASSES), nullClass: oneOf(false, true) } satisfies Fields<LabelConfig>;

const variationFields = {
  dropout: {
    fits: (value: unknown) => typeof value === 'number' && value >= 0 && value < 1,
    allowed: 'a number from 0 up to but not including 1',
  },
  heads: from1To(2 ** 14),
  headChannels: from1To(2 ** 14),
  scaleShiftNorm: oneOf(false, true),
  resampling: oneOf('convolution', 'plain', 'block'),
  downPadding: oneOf('end', 'around'),
  groups: from1To(2 ** 14),
  epsilon: {
    fits: (value: unknown) => typeof value === 'number' && value > 0 && value <= 1,
    allowed: 'a positive number up to 1',
  },
  learnedVariance: oneOf(false, true),
  augmentationLabels: oneOf(false, true),
  timeChannels: {
    fits: (value: unknown) => isWhole(value, 2 ** 14) && value >= 4 && value % 2 === 0,
    allowed: 'an even number from 4 to 16384',
  },
  cosineFirst: oneOf(false, true),
  frequencyShift: oneOf(0, 1),
} satisfies Fields<DdpmUnetConfig>;

function requireFields<Config>(name: string, config: Config, fields: Fields<Config>): void {
  for (const field of Object.keys(fields) as (keyof Config & string)[]) {
    const { fits, allowed } = fields[field]!;
    const value = config[field];
    if (value !== undefined && !fits(value))
      throw new RangeError(`${name}: ${field} is ${show(value)}; it must be ${allowed}`);
  }
}

/** Throws RangeError naming what is wrong of the labels that a network takes. */
export function requireLabels(name: string, config: LabelConfig): void {
  requireFields(name, config, labelFields);
  if (config.nullClass && config.classes === undefined)
    throw new RangeError(`${name}: nullClass is true; that needs classes, the number of the others`);
}

/** Throws RangeError naming the first variation that is wrong; the rest of the configuration is right. */
export function requireVariations(name: string, config: DdpmUnetConfig): void {
  requireFields(name, config, variationFields);
  requireLabels(name, config);
  if (config.heads !== undefined && config.headChannels !== undefined)
    throw new RangeError(`${name}: headChannels is ${config.headChannels} and heads ${config.heads}; give one of them`);
  requireDivisors(name, config);
}

/** The channels of every attention must split into heads, and those of every norm into groups. */
function requireDivisors(name: string, config: DdpmUnetConfig): void {
  const { heads, headChannels, groups, baseChannels } = config;
  const parts = unetParts(config);
  const attended = parts.flatMap((part) => (part.kind === 'attention' ? [part.channels] : []));
  const normed = parts.flatMap((part) => (part.kind === 'block' ? [part.from, part.to] : []));
  const check = (field: string, divisor: number | undefined, channels: number[], where: string) => {
    const uneven = channels.find((count) => count % (divisor ?? 1) !== 0);
    if (uneven !== undefined)
      throw new RangeError(`${name}: ${field} is ${divisor}; it must divide the ${uneven} channels of every ${where}`);
  };
  check('heads', heads, attended, 'attention');
  check('headChannels', headChannels, attended, 'attention');
  check('groups', groups, [baseChannels, ...normed], 'group norm');
}
