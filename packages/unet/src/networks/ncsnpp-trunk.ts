import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { NcsnppGeneratorConfig } from '../config/ddgan-generator-config.ts';
import {
  adaptiveNormSilu,
  channelsOf,
  conv,
  heightOf,
  linear,
  normSilu,
  operation,
  residualAttentionBlock,
} from '../layers/graph.ts';
import { takeLast } from '../take-last.ts';

/** What conditions the residual blocks. */
interface Conditioning {
  /** Activated step embedding `[B, n]`, added after the first convolution. */
  time: SymbolicTensor;
  /** Latent embedding `[B, m]`: scale and shift of both group norms. */
  style: SymbolicTensor;
}

interface BlockOptions extends Conditioning {
  filters: number;
  /** What the block does to the size of the image. */
  resample?: 'firUpsample' | 'firDownsample';
}

/** The residual block of BigGAN: AdaGN → SiLU → resample → conv → + step → AdaGN → SiLU → conv from zero, plus the shortcut, over √2. */
function residualBlock(
  x: SymbolicTensor,
  name: string,
  { filters, resample, time, style }: BlockOptions,
): SymbolicTensor {
  const resized = (h: SymbolicTensor) => (resample === undefined ? h : operation(resample, h));
  let h = conv(resized(adaptiveNormSilu(x, style, `${name}.norm1`)), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(time, `${name}.time`, filters)]);
  h = conv(adaptiveNormSilu(h, style, `${name}.norm2`), `${name}.conv2`, filters, { initScale: 0 });
  const same = resample === undefined && channelsOf(x) === filters;
  const shortcut = same ? x : conv(resized(x), `${name}.shortcut`, filters, { kernelSize: 1 });
  return operation('residual', [shortcut, h]);
}

/** NCSN++ (Song et al. 2021) as the generator of a denoising diffusion GAN, from image to the last convolution, which starts at zero. */
export function ncsnppTrunk(
  image: SymbolicTensor,
  conditioning: Conditioning,
  config: NcsnppGeneratorConfig,
): SymbolicTensor {
  const { baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions, channels } = config;
  const block = (x: SymbolicTensor, name: string, options: Pick<BlockOptions, 'filters' | 'resample'>) =>
    residualBlock(x, name, { ...options, ...conditioning });
  const attended = (x: SymbolicTensor, name: string) =>
    attentionResolutions.includes(heightOf(x)) ? residualAttentionBlock(x, name) : x;

  let pyramid = image;
  let h = conv(image, 'stem', baseChannels);
  const skips = [h];
  channelMultipliers.forEach((multiplier, level) => {
    for (let i = 0; i < blocksPerLevel; i++) {
      h = attended(block(h, `down.${level}.${i}`, { filters: multiplier * baseChannels }), `down.${level}.${i}`);
      skips.push(h);
    }
    if (level === channelMultipliers.length - 1) return;
    const filters = channelsOf(h);
    h = block(h, `down.${level}.half`, { filters, resample: 'firDownsample' });
    // the input pyramid: the image once more at every size, through filters of its own
    pyramid = conv(operation('firBlur', pyramid), `down.${level}.pyramid`, filters, { stride: 2, padding: 'valid' });
    pyramid = h = operation('residual', [pyramid, h]);
    skips.push(h);
  });

  const filters = channelsOf(h);
  h = residualAttentionBlock(block(h, 'middle.0', { filters }), 'middle');
  h = block(h, 'middle.1', { filters });

  [...channelMultipliers.keys()].reverse().forEach((level) => {
    const filters = channelMultipliers[level] * baseChannels;
    for (let i = 0; i <= blocksPerLevel; i++)
      h = block(operation('concat', [h, takeLast(skips)]), `up.${level}.${i}`, { filters });
    h = attended(h, `up.${level}`);
    if (level > 0) h = block(h, `up.${level}.double`, { filters, resample: 'firUpsample' });
  });
  return conv(normSilu(h, 'out.norm'), 'out.conv', channels, { initScale: 0 });
}
