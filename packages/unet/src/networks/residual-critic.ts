import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { criticDesigns } from '../config/critic-designs.ts';
import type { ResidualDiscriminatorConfig } from '../config/ddgan-discriminator-config.ts';
import { channelsOf, conv, linear, operation } from '../layers/graph.ts';

/** LeakyReLU → conv → + step → LeakyReLU → conv from zero, halved with its 1×1 shortcut through the FIR filter; their sum over √2. */
function criticBlock(
  x: SymbolicTensor,
  name: string,
  { filters, half, time }: { filters: number; half: boolean; time: SymbolicTensor },
): SymbolicTensor {
  const resized = (h: SymbolicTensor) => (half ? operation('firDownsample', h) : h);
  let h = conv(operation('leakyRelu', x), `${name}.conv1`, filters);
  h = operation('addPerChannel', [h, linear(time, `${name}.time`, filters)]);
  h = conv(resized(operation('leakyRelu', h)), `${name}.conv2`, filters, { initScale: 0 });
  const shortcut = conv(resized(x), `${name}.shortcut`, filters, { kernelSize: 1, bias: false });
  return operation('residual', [shortcut, h]);
}

/** The critics of the DDGAN paper, from the pair of images to activated features before the sum over pixels. */
export function residualCritic(
  pair: SymbolicTensor,
  time: SymbolicTensor,
  { style, baseChannels, stddevGroup }: ResidualDiscriminatorConfig,
): SymbolicTensor {
  const { widths, firstHalving, headScale } = criticDesigns[style];
  let h = conv(pair, 'stem', 2 * baseChannels, { kernelSize: 1 });
  widths.forEach((width, i) => {
    h = criticBlock(h, `block.${i}`, { filters: width * baseChannels, half: i >= firstHalving, time });
  });
  h = operation('minibatchStddev', h, stddevGroup);
  return operation('leakyRelu', conv(h, 'head.conv', channelsOf(h) - 1, { initScale: headScale }));
}
