import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { DdpmUnetConfig } from './config.ts';
import { adaptiveNormSilu, attentionBlock, channelsOf, conv, linear, normSilu, operation } from './layers/graph.ts';

/** What conditions the residual blocks. */
export interface Conditioning {
  /** Activated step embedding `[B, n]`, added after the first convolution. */
  time: SymbolicTensor;
  /** Latent embedding `[B, m]`: scale and shift of the second group norm. */
  style?: SymbolicTensor;
}

/** GroupNorm → SiLU → conv → + step → GroupNorm (styled) → SiLU → conv from zero, plus the shortcut. */
function residualBlock(
  x: SymbolicTensor,
  name: string,
  filters: number,
  { time, style }: Conditioning,
): SymbolicTensor {
  let h = conv(normSilu(x, `${name}.norm1`), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(time, `${name}.time`, filters)]);
  h = style === undefined ? normSilu(h, `${name}.norm2`) : adaptiveNormSilu(h, style, `${name}.norm2`);
  h = conv(h, `${name}.conv2`, filters, { initScale: 0 });
  const same = channelsOf(x) === filters;
  return operation('add', [same ? x : conv(x, `${name}.shortcut`, filters, { kernelSize: 1 }), h]);
}

/** The U-Net of DDPM (Ho et al. 2020, appendix B) from image to the last convolution, which starts at zero. */
export function unetTrunk(
  image: SymbolicTensor,
  conditioning: Conditioning,
  config: Omit<DdpmUnetConfig, 'kind'>,
): SymbolicTensor {
  const { baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions, channels } = config;
  const block = (x: SymbolicTensor, name: string, filters: number) => {
    const h = residualBlock(x, name, filters, conditioning);
    return attentionResolutions.includes(h.shape[1] as number) ? attentionBlock(h, name) : h;
  };

  let h = conv(image, 'stem', baseChannels);
  const skips = [h];
  channelMultipliers.forEach((multiplier, level) => {
    for (let i = 0; i < blocksPerLevel; i++) {
      h = block(h, `down.${level}.${i}`, multiplier * baseChannels);
      skips.push(h);
    }
    if (level < channelMultipliers.length - 1) {
      h = conv(h, `down.${level}.half`, channelsOf(h), { stride: 2 });
      skips.push(h);
    }
  });

  const width = channelsOf(h);
  h = attentionBlock(residualBlock(h, 'middle.0', width, conditioning), 'middle');
  h = residualBlock(h, 'middle.1', width, conditioning);

  [...channelMultipliers.keys()].reverse().forEach((level) => {
    for (let i = 0; i <= blocksPerLevel; i++) {
      const skip = skips.pop() as SymbolicTensor;
      h = block(operation('concat', [h, skip]), `up.${level}.${i}`, channelMultipliers[level] * baseChannels);
    }
    if (level > 0) h = conv(operation('nearestUpsample', h), `up.${level}.double`, channelsOf(h));
  });
  return conv(normSilu(h, 'out.norm'), 'out.conv', channels, { initScale: 0 });
}
