import { isJsonObject, type JsonObject } from '../config/merge.ts';
import { UsageError } from '../errors.ts';
import type { PresetConfig, RunPreset } from './run-preset.ts';

const defaults = { size: 32, channels: 3 } as const;

/** Images below this size are not halved any more. */
const SMALLEST = 8;

/** Networks whose smallest images are larger than this see no picture as a whole, and cost as if it were never halved. */
const LARGEST_COARSE = 24;

/** Networks for images of the size and channels in `data`; what is wrong with these is found when all settings are checked. */
function configFor(given: JsonObject): PresetConfig {
  const data = isJsonObject(given.data) ? given.data : {};
  const size = isSize(data.size) ? data.size : defaults.size;
  const channels = typeof data.channels === 'number' ? data.channels : defaults.channels;
  const halvings = halvingsOf(size);
  assertHalved(size, halvings);
  const levels = [1, 2, 2, 4, 4].slice(0, halvings + 1);
  const image = { imageSize: size, channels };
  return {
    task: 'ddgan',
    data: { name: 'image-folder', folder: '', ...defaults },
    networks: {
      generator: {
        ...{ kind: 'ddgan-generator', style: 'unet', ...image },
        ...{ baseChannels: 32, channelMultipliers: levels, blocksPerLevel: 1, attentionResolutions: [] },
        ...{ latentDim: 64, latentWidth: 128, latentLayers: 3 },
      },
      critic: {
        ...{ kind: 'ddgan-discriminator', style: 'half-unet', ...image, timeWidth: 64, stddevGroup: 4 },
        widths: [32, ...levels.map((level) => 32 * level)],
        downsample: levels.map((_, i) => i < halvings),
      },
    },
    schedule: { name: 'vp', steps: 4 },
    training: {
      steps: 20_000,
      batch: 32,
      learningRate: { generator: 5e-4, critic: 3e-4 },
      finalLearningRate: 1e-5,
      r1: { gamma: 0.2, every: 10 },
      emaDecay: 0.999,
      flip: true,
    },
    sampling: { sampler: 'ddgan' },
  };
}

type Size = number | readonly [height: number, width: number];

const isSize = (value: unknown): value is Size =>
  typeof value === 'number' ||
  (Array.isArray(value) && value.length === 2 && value.every((side) => typeof side === 'number'));

const sidesOf = (size: Size): readonly number[] => (typeof size === 'number' ? [size] : size);

/** How often all sides of a size can be halved. */
const halvingsOf = (size: Size): number => Math.min(...sidesOf(size).map(halvingsOfSide));

function halvingsOfSide(size: number): number {
  let halvings = 0;
  for (let side = size; side % 2 === 0 && side / 2 >= SMALLEST - 1 && halvings < 4; side /= 2) halvings++;
  return halvings;
}

/** Odd sizes cannot be halved; what was meant is near. */
function assertHalved(size: Size, halvings: number): void {
  const sides = sidesOf(size);
  const tooLarge = (side: number, times: number) => side / 2 ** times > LARGEST_COARSE && times < 4;
  if (!sides.every((side) => Number.isInteger(side) && side >= 4 && side <= 1024)) return; // refused with its range later
  if (!sides.some((side) => tooLarge(side, halvings))) return;
  const factor = 2 ** Math.min(4, Math.ceil(Math.log2(Math.max(...sides) / LARGEST_COARSE)));
  const near = (round: (value: number) => number) => sides.map((side) => factor * Math.max(1, round(side / factor)));
  const shown = (list: readonly number[]) => (list.length === 1 ? String(list[0]) : `[${list.join(',')}]`);
  throw new UsageError(
    `data.size is ${shown(sides)}, which can be halved ${halvings === 0 ? 'not once' : `${halvings} times only`}, so that the networks ` +
      `would work on images of ${sides.map((side) => side / 2 ** halvings).join(' × ')} throughout; images are resized to any size, so ` +
      `take ${shown(near(Math.floor))} or ${shown(near(Math.ceil))}`,
  );
}

/** Runs on the user's own images. */
export const imageFolderPresets = {
  'image-folder-ddgan': {
    about:
      'denoising diffusion GAN of the PNG and JPEG files in data.folder, of data.size × data.size pixels (32), T = 4',
    duration: 'about four hours on two CPU cores at 32 × 32',
    config: configFor,
  },
} as const satisfies Record<string, RunPreset>;
