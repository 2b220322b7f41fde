import { input, type LayersModel, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { key as makeKey } from '@diffgan/ops';
import { imageShape } from '../config/image-config.ts';
import { requireConfig } from '../config/require-config.ts';
import { vdmDefaults, type VdmDenoiserConfig, vdmDenoiserSchema } from '../config/vdm-denoiser-config.ts';
import { Affine } from '../layers/affine.ts';
import { FourierFeatures } from '../layers/fourier-features.ts';
import {
  applied,
  attentionBlock,
  channelsOf,
  conv,
  dropout,
  linear,
  normSilu,
  operation,
  timeEmbedding,
} from '../layers/graph.ts';
import { takeLast } from '../take-last.ts';
import type { FactoryOptions } from './factory-options.ts';
import { finish } from './finish.ts';

/** The step embedding sees γ scaled to this many positions. */
const POSITIONS = 1000;

/**
 * The noise prediction of a variational diffusion model: `model.apply([zt, gamma]) → ε̂`, as `vdmLoss` and `vdmSampler` call it.
 *
 * `zt` is `[B,H,W,C]`, `gamma` = γ_t = −log SNR as float32 `[B]`; the result has the shape of `zt` and starts as `zt` itself, since the
 * last convolution starts at zero and is added to it. Beside its input the network sees sin(2ⁿπz) and cos(2ⁿπz), the fine detail on
 * which likelihoods depend. Images keep their size: `blocks` residual blocks one way, one more back, each of those joined with the
 * output of its counterpart; attention only in the middle. γ enters as 1000·(γ − gamma0)/(gamma1 − gamma0), as the position of a DDPM.
 *
 * With `dropout`, a call in training needs a seed: `callModel(model, inputs, { training: true, dropoutSeed: dropoutSeed(key) })`.
 *
 * @returns a model that the caller disposes.
 * @throws TypeError if `config` is not an object; RangeError naming the field that is out of range.
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), appendices B and C.
 *
 * @example
 * ```ts
 * const sizes = { imageSize: 8, channels: 3, baseChannels: 16, blocks: 2 }; // of the paper: 32, 3, 128, 32
 * const model = vdmDenoiser({ kind: 'vdm-denoiser', ...sizes, dropout: 0.1 });
 * const { diffusion } = vdmLoss(model, gammaNetwork({ kind: 'linear' }), tf.zeros([2, 8, 8, 3]), { key: key(7) });
 * ```
 */
export function vdmDenoiser(config: VdmDenoiserConfig, { key = makeKey(0) }: FactoryOptions = {}): LayersModel {
  requireConfig('vdmDenoiser', { 'vdm-denoiser': vdmDenoiserSchema }, config);
  const { baseChannels, blocks, channels } = config;
  const { gamma0 = vdmDefaults.gamma0, gamma1 = vdmDefaults.gamma1 } = config;
  const { fourierExponents = vdmDefaults.fourierExponents } = config;
  const zt = input({ shape: imageShape(config), name: 'zt' });
  const gamma = input({ shape: [], name: 'gamma' });

  const perGamma = POSITIONS / (gamma1 - gamma0);
  const toPosition = new Affine({ name: 'position', scale: perGamma, shift: -gamma0 * perGamma });
  const waves = { sinusoid: baseChannels, hidden: 4 * baseChannels };
  const noise = timeEmbedding(applied(toPosition, gamma), waves, 'silu');
  let stream = 0;
  const block = (x: SymbolicTensor, name: string) =>
    residualBlock(x, name, { filters: baseChannels, noise, dropout: { rate: config.dropout ?? 0, stream: stream++ } });

  let h = conv(withWaves(zt, fourierExponents), 'stem', baseChannels);
  const skips = [h];
  for (let i = 0; i < blocks; i++) skips.push((h = block(h, `down.${i}`)));
  h = block(attentionBlock(block(h, 'middle.0'), 'middle'), 'middle.1');
  for (let i = 0; i <= blocks; i++) h = block(operation('concat', [h, takeLast(skips)]), `up.${i}`);
  const change = conv(normSilu(h, 'out.norm'), 'out.conv', channels, { initScale: 0 });
  return finish(model({ inputs: [zt, gamma], outputs: operation('add', [zt, change]) }), config, key);
}

function withWaves(zt: SymbolicTensor, exponents: readonly number[]): SymbolicTensor {
  if (exponents.length === 0) return zt;
  const waves = applied(new FourierFeatures({ name: 'waves', exponents }), zt);
  return operation('concat', [zt, waves]);
}

/** GroupNorm → SiLU → conv → + noise level, from zero → GroupNorm → SiLU → (dropout →) conv from zero, plus the shortcut. */
function residualBlock(
  x: SymbolicTensor,
  name: string,
  {
    filters,
    noise,
    dropout: { rate, stream },
  }: {
    filters: number;
    noise: SymbolicTensor;
    dropout: { rate: number; stream: number };
  },
): SymbolicTensor {
  let h = conv(normSilu(x, `${name}.norm1`), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(noise, `${name}.noise`, filters, { bias: false, initScale: 0 })]);
  h = normSilu(h, `${name}.norm2`);
  if (rate > 0) h = dropout(h, `${name}.dropout`, rate, stream);
  h = conv(h, `${name}.conv2`, filters, { initScale: 0 });
  const shortcut = channelsOf(x) === filters ? x : conv(x, `${name}.shortcut`, filters, { kernelSize: 1 });
  return operation('add', [shortcut, h]);
}
