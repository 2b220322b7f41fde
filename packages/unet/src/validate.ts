import type { DdganDiscriminatorConfig, DdpmUnetConfig, ImageConfig } from './config.ts';
import { imageShape } from './finish.ts';

/** Throws unless each named field is a positive integer. */
export function requirePositive<C extends object>(name: string, config: C, fields: (keyof C & string)[]): void {
  for (const field of fields) {
    const value: unknown = config[field];
    if (!Number.isInteger(value) || (value as number) < 1)
      throw new RangeError(`${name}: ${field} is ${JSON.stringify(value)}; it must be an integer of at least 1`);
  }
}

function requireList(name: string, field: string, list: unknown, least: number): void {
  const fits =
    Array.isArray(list) && list.every((v) => Number.isInteger(v) && (v as number) >= 1) && list.length >= least;
  if (!fits)
    throw new RangeError(
      `${name}: ${field} is ${JSON.stringify(list)}; it must be a list of at least ${least} positive integers`,
    );
}

function requireHalvings(name: string, config: ImageConfig, halvings: number): void {
  const factor = 2 ** halvings;
  const [height, width] = imageShape(config);
  for (const size of [height, width])
    if (!Number.isInteger(size) || size < factor || size % factor !== 0)
      throw new RangeError(
        `${name}: imageSize is ${JSON.stringify(config.imageSize)}; it is halved ${halvings} times, so height and width must be ` +
          `multiples of ${factor}. Pad the images to ${Math.max(factor, Math.ceil(size / factor) * factor)} or use fewer levels`,
      );
}

/** Checks the fields that all U-Nets share. */
export function validateUnet(name: string, config: Omit<DdpmUnetConfig, 'kind'>): void {
  requirePositive(name, config, ['channels', 'baseChannels', 'blocksPerLevel']);
  requireList(name, 'channelMultipliers', config.channelMultipliers, 1);
  requireList(name, 'attentionResolutions', config.attentionResolutions, 0);
  requireHalvings(name, config, config.channelMultipliers.length - 1);
  if (config.baseChannels % 4 !== 0)
    throw new RangeError(`${name}: baseChannels is ${config.baseChannels}; it must be a multiple of 4 (group norm)`);
}

/** Checks a critic's configuration. */
export function validateDiscriminator(config: DdganDiscriminatorConfig): void {
  const name = 'ddganDiscriminator';
  requirePositive(name, config, ['channels', 'timeWidth', 'stddevGroup']);
  requireList(name, 'widths', config.widths, 2);
  const { downsample, widths } = config;
  if (!Array.isArray(downsample) || downsample.length !== widths.length - 1)
    throw new RangeError(
      `${name}: downsample is ${JSON.stringify(downsample)}; it needs one boolean for each of the ${widths.length - 1} blocks after the stem`,
    );
  requireHalvings(name, config, downsample.filter(Boolean).length);
}
