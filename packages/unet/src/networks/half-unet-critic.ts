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

/** The down half of a U-Net without normalisation, from the pair of images to activated features before the sum over pixels. */
export function halfUnetCritic(
  pair: SymbolicTensor,
  time: SymbolicTensor,
  config: HalfUnetDiscriminatorConfig,
): SymbolicTensor {
  const [stem, ...widths] = config.widths;
  let h = conv(pair, 'stem', stem);
  widths.forEach((filters, i) => {
    h = criticBlock(h, `block.${i}`, { filters, half: config.downsample[i], time });
  });
  h = operation('minibatchStddev', operation('leakyRelu', h), config.stddevGroup);
  return operation('leakyRelu', conv(h, 'head.conv', channelsOf(h) - 1));
}
