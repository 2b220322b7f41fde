import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { HalfUnetDiscriminatorConfig } from '../config/ddgan-discriminator-config.ts';
import { channelsOf, conv, linear, operation } from '../layers/graph.ts';

/** LeakyReLU → conv → + step → LeakyReLU → conv from zero, average-pooled with its 1×1 shortcut where the block halves the image. */
function criticBlock(
  x: SymbolicTensor,
  name: string,
  { filters, half, time }: { filters: number; half: boolean; time: SymbolicTensor },
): SymbolicTensor {
  let h = conv(operation('leakyRelu', x), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(time, `${name}.time`, filters)]);
  h = operation('leakyRelu', h);
  let shortcut = x;
  if (half) [h, shortcut] = [operation('averagePool', h), operation('averagePool', x)];
  h = conv(h, `${name}.conv2`, filters, { initScale: 0 });
  if (channelsOf(x) !== filters) shortcut = conv(shortcut, `${name}.shortcut`, filters, { kernelSize: 1 });
  return operation('residual', [shortcut, h]);
}

/** Features of each resolution that the head sees, from the finest on: the down half of a U-Net without normalisation on the pair of images. */
export function halfUnetCritic(
  pair: SymbolicTensor,
  time: SymbolicTensor,
  config: HalfUnetDiscriminatorConfig,
): SymbolicTensor[] {
  const { downsample, headResolutions, stddevGroup } = config;
  const [stem, ...widths] = config.widths;
  let h = conv(pair, 'stem', stem);
  const finer: SymbolicTensor[] = [];
  widths.forEach((filters, i) => {
    if (downsample[i]) finer.push(h);
    h = criticBlock(h, `block.${i}`, { filters, half: downsample[i], time });
  });
  const compared = operation('minibatchStddev', operation('leakyRelu', h), stddevGroup);
  const last = operation('leakyRelu', conv(compared, 'head.conv', channelsOf(h)));
  if (headResolutions !== 'all') return [last];
  return [...finer.map((features, i) => finerFeatures(features, `head.${i}`, finer.length - i)), last];
}

/** LeakyReLU → conv → LeakyReLU, averaged down to the size of the last features, so that all of them weigh alike in a sum over pixels. */
function finerFeatures(x: SymbolicTensor, name: string, halvings: number): SymbolicTensor {
  const h = operation('leakyRelu', conv(operation('leakyRelu', x), `${name}.conv`, channelsOf(x)));
  return operation('averagePool', h, 2 ** halvings);
}
