import { isJsonObject, type JsonObject } from '../config/merge.ts';
import type { PresetConfig, RunPreset } from './run-preset.ts';

const defaults = { size: 32, channels: 3 } as const;

/** Images below this size are not halved any more. */
const SMALLEST = 8;

/** Networks for images of the size and channels in `data`; what is wrong with these is found when all settings are checked. */
function configFor(given: JsonObject): PresetConfig {
  const data = isJsonObject(given.data) ? given.data : {};
  const numberOf = (key: keyof typeof defaults) => (typeof data[key] === 'number' ? data[key] : defaults[key]);
  const [size, channels] = [numberOf('size'), numberOf('channels')];
  const halvings = halvingsOf(size);
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

/** How often a size can be halved. */
function halvingsOf(size: number): number {
  let halvings = 0;
  for (let side = size; side % 2 === 0 && side / 2 >= SMALLEST - 1 && halvings < 4; side /= 2) halvings++;
  return halvings;
}

/** Runs on the user's own images. */
export const imageFolderPresets = {
  'image-folder-ddgan': {
    about: 'denoising diffusion GAN of the PNG files in data.folder, of data.size × data.size pixels (32), T = 4',
    duration: 'about four hours on two CPU cores at 32 × 32',
    config: configFor,
  },
} as const satisfies Record<string, RunPreset>;
