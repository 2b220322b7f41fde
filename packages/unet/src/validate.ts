import type {
  DdganDiscriminatorConfig,
  DdganGeneratorConfig,
  DdpmUnetConfig,
  HalfUnetDiscriminatorConfig,
  ResidualDiscriminatorConfig,
} from './config.ts';
import { isWhole, show } from './field-values.ts';
import { criticDesigns } from './residual-critic.ts';
import { requireVariations } from './validate-variations.ts';

// Configurations may come from files, so nothing about their fields is taken for granted, and every number and length has a bound:
// nobody needs more, and a hostile file cannot ask for endless work.
export const MAX_WIDTH = 2 ** 14;
export const MAX_COUNT = 64;

type Fields = Readonly<Record<string, unknown>>;

/** Throws unless the configuration is an object that says it is for this factory. */
export function requireKind(name: string, config: unknown, literals: Fields): void {
  if (typeof config !== 'object' || config === null)
    throw new TypeError(`${name}: the configuration is ${show(config)}; it must be an object`);
  for (const [field, wanted] of Object.entries(literals)) {
    const value = (config as Fields)[field];
    if (value !== wanted) throw new RangeError(`${name}: ${field} is ${show(value)}; it must be ${show(wanted)}`);
  }
}

export function requireWhole(name: string, config: Fields, limits: Record<string, number>): void {
  for (const [field, max] of Object.entries(limits))
    if (!isWhole(config[field], max))
      throw new RangeError(`${name}: ${field} is ${show(config[field])}; it must be an integer from 1 to ${max}`);
}

export function requireList(name: string, config: Fields, field: string, least: number): void {
  const list = config[field];
  const fits = Array.isArray(list) && list.length >= least && list.length <= MAX_COUNT;
  if (!fits || !list.every((value) => isWhole(value, MAX_WIDTH)))
    throw new RangeError(
      `${name}: ${field} is ${show(list)}; it must be a list of ${least} to ${MAX_COUNT} integers from 1 to ${MAX_WIDTH}`,
    );
}

export function requireImage(name: string, config: Fields, halvings: number): void {
  const { imageSize } = config;
  const sizes: unknown[] = Array.isArray(imageSize) ? imageSize : [imageSize, imageSize];
  if (sizes.length !== 2 || !sizes.every((size) => isWhole(size, MAX_WIDTH)))
    throw new RangeError(
      `${name}: imageSize is ${show(imageSize)}; it must be an integer from 1 to ${MAX_WIDTH}, or [height, width]`,
    );
  const factor = 2 ** halvings;
  const uneven = sizes.find((size) => size % factor !== 0);
  if (uneven !== undefined)
    throw new RangeError(
      `${name}: imageSize is ${show(imageSize)}; it is halved ${halvings} times, so height and width must be multiples of ` +
        `${factor}. Pad the images to ${Math.ceil(uneven / factor) * factor} or use fewer levels`,
    );
}

export function requireTrunk(name: string, config: Fields & Pick<DdpmUnetConfig, 'channelMultipliers'>): void {
  requireWhole(name, config, { channels: MAX_WIDTH, baseChannels: MAX_WIDTH, blocksPerLevel: MAX_COUNT });
  requireList(name, config, 'channelMultipliers', 1);
  requireList(name, config, 'attentionResolutions', 0);
  requireImage(name, config, config.channelMultipliers.length - 1);
  if ((config.baseChannels as number) % 4 !== 0)
    throw new RangeError(
      `${name}: baseChannels is ${show(config.baseChannels)}; it must be a multiple of 4, since group norm forms groups of at least 4 channels`,
    );
}

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateUnet(config: DdpmUnetConfig): void {
  requireKind('ddpmUnet', config, { kind: 'ddpm-unet' });
  requireTrunk('ddpmUnet', { ...config });
  requireVariations('ddpmUnet', config);
}

function requireOneOf(name: string, config: Fields, field: string, allowed: readonly unknown[]): void {
  if (!allowed.includes(config[field]))
    throw new RangeError(
      `${name}: ${field} is ${show(config[field])}; it must be one of ${allowed.map((value) => String(value)).join(', ')}`,
    );
}

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateGenerator(config: DdganGeneratorConfig): void {
  const name = 'ddganGenerator';
  requireKind(name, config, { kind: 'ddgan-generator' });
  requireOneOf(name, { ...config }, 'style', ['unet', 'ncsnpp']);
  requireTrunk(name, { ...config });
  requireWhole(name, { ...config }, { latentDim: MAX_WIDTH, latentWidth: MAX_WIDTH, latentLayers: MAX_COUNT });
  requireClasses(name, config);
  requireOneOf(name, { ...config }, 'tanh', [true, false, undefined]);
}

function requireClasses(name: string, config: { classes?: number }): void {
  if (config.classes !== undefined) requireWhole(name, { ...config }, { classes: MAX_WIDTH });
}

/** Throws TypeError or RangeError naming the first field that is wrong. */
export function validateDiscriminator(config: DdganDiscriminatorConfig): void {
  const name = 'ddganDiscriminator';
  requireKind(name, config, { kind: 'ddgan-discriminator' });
  requireOneOf(name, { ...config }, 'style', ['half-unet', ...Object.keys(criticDesigns)]);
  requireWhole(name, { ...config }, { channels: MAX_WIDTH, timeWidth: MAX_WIDTH, stddevGroup: MAX_WIDTH });
  const { timeWidth } = config;
  if (timeWidth < 4 || timeWidth % 2 !== 0)
    throw new RangeError(`${name}: timeWidth is ${timeWidth}; it must be even and at least 4 (sines and cosines)`);
  requireClasses(name, config);
  if (config.style === 'half-unet') requireHalfUnet(name, config);
  else requireResidualCritic(name, config);
}

function requireHalfUnet(name: string, config: HalfUnetDiscriminatorConfig): void {
  requireList(name, { ...config }, 'widths', 2);
  const { downsample, widths } = config;
  const blocks = widths.length - 1;
  const fits = Array.isArray(downsample) && downsample.length === blocks;
  if (!fits || !downsample.every((half) => typeof half === 'boolean'))
    throw new RangeError(
      `${name}: downsample is ${show(downsample)}; it needs one boolean for each of the ${blocks} blocks after the stem`,
    );
  requireImage(name, { ...config }, downsample.filter(Boolean).length);
}

/** Halving rounds down here, so that any size will do that leaves a pixel. */
function requireResidualCritic(name: string, config: ResidualDiscriminatorConfig): void {
  requireWhole(name, { ...config }, { baseChannels: MAX_WIDTH / 8 });
  requireImage(name, { ...config }, 0);
  const { widths, firstHalving } = criticDesigns[config.style];
  const halvings = widths.length - firstHalving;
  const { imageSize } = config;
  const least = Math.min(...(typeof imageSize === 'number' ? [imageSize] : imageSize));
  if (least < 2 ** halvings)
    throw new RangeError(
      `${name}: imageSize is ${show(imageSize)}; the ${config.style} critic halves it ${halvings} times, so height and width must be at ` +
        `least ${2 ** halvings}. Use ${config.style === 'large' ? "style 'small' or " : ''}'half-unet', or pad the images`,
    );
}
