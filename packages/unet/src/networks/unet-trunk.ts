import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { UnetGeneratorConfig } from '../config/ddgan-generator-config.ts';
import { headCount } from '../config/unet-parts.ts';
import type { UnetShape } from '../config/unet-shape.ts';
import type { UnetMiddle, UnetVariations } from '../config/unet-variations.ts';
import {
  adaptiveNormSilu,
  attentionBlock,
  channelsOf,
  conv,
  dropout,
  heightOf,
  linear,
  type NormOptions,
  normSilu,
  operation,
  scaleShiftNormSilu,
} from '../layers/graph.ts';
import { takeLast } from '../take-last.ts';

/** What conditions the residual blocks. */
export interface Conditioning {
  /** Activated step embedding `[B, n]`, added after the first convolution. */
  time: SymbolicTensor;
  /** Latent embedding `[B, m]`: scale and shift of the second group norm, or of both. */
  style?: SymbolicTensor;
}

/** A U-Net with all that can be different about it. */
export type UnetConfig = UnetShape & UnetVariations & UnetMiddle & Pick<UnetGeneratorConfig, 'latentNorms'>;

type Resampling = 'averagePool' | 'nearestUpsample';

/** Groups and epsilon, where the configuration tells them. */
function normOptions({ groups, epsilon }: UnetVariations): NormOptions {
  return { ...(groups !== undefined && { groups }), ...(epsilon !== undefined && { epsilon }) };
}

/** Makes the blocks of one network. */
export class Blocks {
  readonly norm: NormOptions;
  #count = 0;

  constructor(
    readonly conditioning: Conditioning,
    readonly config: UnetConfig,
  ) {
    this.norm = normOptions(config);
  }

  /** A residual block, with self-attention behind it where images have the height for it. */
  block(x: SymbolicTensor, name: string, filters: number): SymbolicTensor {
    const h = this.residual(x, name, filters);
    return this.config.attentionResolutions.includes(heightOf(h)) ? this.attention(h, name) : h;
  }

  /** GroupNorm → SiLU → (resample →) conv → + step → GroupNorm → SiLU → (dropout →) conv from zero, plus the shortcut. */
  residual(x: SymbolicTensor, name: string, filters: number, resampling?: Resampling): SymbolicTensor {
    const resampled = (h: SymbolicTensor) => (resampling === undefined ? h : operation(resampling, h));
    let h = conv(resampled(this.#first(x, name)), `${name}.conv1`, filters);
    h = this.#conditioned(h, name);
    const { dropout: rate = 0 } = this.config;
    if (rate > 0) h = dropout(h, `${name}.dropout`, rate, this.#count++);
    h = conv(h, `${name}.conv2`, filters, { initScale: 0 });
    const same = channelsOf(x) === filters;
    const shortcut = resampled(x);
    return operation('add', [same ? shortcut : conv(shortcut, `${name}.shortcut`, filters, { kernelSize: 1 }), h]);
  }

  /** The first group norm and SiLU, under the influence of the latent if that has both. */
  #first(x: SymbolicTensor, name: string): SymbolicTensor {
    const { style } = this.conditioning;
    return style !== undefined && this.config.latentNorms === 'both'
      ? adaptiveNormSilu(x, style, `${name}.norm1`)
      : normSilu(x, `${name}.norm1`, this.norm);
  }

  /** The second group norm and SiLU, under the influence of the step and the latent. */
  #conditioned(h: SymbolicTensor, name: string): SymbolicTensor {
    const { time, style } = this.conditioning;
    const channels = channelsOf(h);
    if (this.config.scaleShiftNorm)
      return scaleShiftNormSilu(h, linear(time, `${name}.time`, 2 * channels), `${name}.norm2`, this.norm);
    const shifted = operation('addPerChannel', [h, linear(time, `${name}.time`, channels)]);
    return style === undefined
      ? normSilu(shifted, `${name}.norm2`, this.norm)
      : adaptiveNormSilu(shifted, style, `${name}.norm2`);
  }

  attention(x: SymbolicTensor, name: string, normed = true): SymbolicTensor {
    return attentionBlock(x, name, { ...this.norm, heads: headCount(this.config, channelsOf(x)), normed });
  }

  half(x: SymbolicTensor, name: string): SymbolicTensor {
    const { resampling = 'convolution', downPadding = 'end' } = this.config;
    if (resampling === 'block') return this.residual(x, name, channelsOf(x), 'averagePool');
    if (resampling === 'plain') return operation('averagePool', x);
    if (resampling === 'fir') return conv(operation('firDownsample', x), name, channelsOf(x));
    // with images of even size, TensorFlow's 'same' adds its zeros at the end
    if (downPadding === 'end') return conv(x, name, channelsOf(x), { stride: 2 });
    return conv(operation('padOnce', x), name, channelsOf(x), { stride: 2, padding: 'valid' });
  }

  double(x: SymbolicTensor, name: string): SymbolicTensor {
    const { resampling = 'convolution' } = this.config;
    if (resampling === 'block') return this.residual(x, name, channelsOf(x), 'nearestUpsample');
    const large = operation(resampling === 'fir' ? 'firUpsample' : 'nearestUpsample', x);
    return resampling === 'plain' ? large : conv(large, name, channelsOf(x));
  }
}

/** The way down of a U-Net from the image on: what each of its convolutions and blocks gives to the way up, the coarsest last. */
export function downPath(image: SymbolicTensor, blocks: Blocks): SymbolicTensor[] {
  const { baseChannels, channelMultipliers, blocksPerLevel } = blocks.config;
  let h = conv(image, 'stem', baseChannels);
  const skips = [h];
  channelMultipliers.forEach((multiplier, level) => {
    for (let i = 0; i < blocksPerLevel; i++)
      skips.push((h = blocks.block(h, `down.${level}.${i}`, multiplier * baseChannels)));
    if (level < channelMultipliers.length - 1) skips.push((h = blocks.half(h, `down.${level}.half`)));
  });
  return skips;
}

/** What follows the way down at the coarsest level. */
export function middleOf(
  x: SymbolicTensor,
  blocks: Blocks,
  middle: UnetMiddle['middle'] = 'attention',
): SymbolicTensor {
  if (middle === 'none') return x;
  const width = channelsOf(x);
  const h = blocks.residual(x, 'middle.0', width);
  const mixed = middle === 'blocks' ? h : blocks.attention(h, 'middle', middle === 'attention');
  return blocks.residual(mixed, 'middle.1', width);
}

/** The U-Net of DDPM (Ho et al. 2020, appendix B) from image to the last convolution, which starts at zero. */
export function unetTrunk(image: SymbolicTensor, conditioning: Conditioning, config: UnetConfig): SymbolicTensor {
  const { baseChannels, channelMultipliers, blocksPerLevel, channels } = config;
  const blocks = new Blocks(conditioning, config);
  const skips = downPath(image, blocks);

  let h = middleOf(skips[skips.length - 1], blocks, config.middle);
  [...channelMultipliers.keys()].reverse().forEach((level) => {
    for (let i = 0; i <= blocksPerLevel; i++) {
      const skip = takeLast(skips);
      h = blocks.block(operation('concat', [h, skip]), `up.${level}.${i}`, channelMultipliers[level] * baseChannels);
    }
    if (level > 0) h = blocks.double(h, `up.${level}.double`);
  });
  const outputs = config.learnedVariance ? 2 * channels : channels;
  return conv(normSilu(h, 'out.norm', blocks.norm), 'out.conv', outputs, { initScale: 0 });
}
