import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  countParameters,
  ddganDiscriminator,
  ddganGenerator,
  ddpmUnet,
  type DdpmUnetConfig,
  presets,
} from '@diffgan/unet';
import type { NetworkSize } from './processes-results.ts';

type Square = DdpmUnetConfig & { imageSize: number };

/** The U-Net of the DDPM paper for 256×256 images, of 113 673 219 parameters. */
const largeUnet: Square = {
  kind: 'ddpm-unet',
  imageSize: 256,
  channels: 3,
  baseChannels: 128,
  channelMultipliers: [1, 1, 2, 2, 4, 4],
  blocksPerLevel: 2,
  attentionResolutions: [16],
};

/** A backward pass takes twice the multiplications of a forward one: for the gradients of weights, and of inputs. */
const [FORWARD, TRAINED] = [1, 3];

/** The networks of the cost model. Native TensorFlow counts their multiplications, in one pass of each; the largest takes some seconds. */
export async function networkSizes(): Promise<NetworkSize[]> {
  const small = await denoiser('fashion-mnist-small', presets['fashion-mnist-small'].denoiser, 64);
  const game = await ddgan('CIFAR-10 DDGAN', 64);
  return [small, game, await denoiser('U-Net of 114 M', largeUnet, 8)];
}

async function denoiser(name: string, config: Square, batch: number): Promise<NetworkSize> {
  const forward = await multiplicationsOf(ddpmUnet(config));
  const draws = config.imageSize ** 2 * config.channels;
  return { name, parameters: countParameters(config), multiplications: TRAINED * forward, draws, batch };
}

/**
 * A step of the game: the generator draws for the critic and is trained; the critic is trained on true and drawn, and once more passed through, for the
 * generator. R1, which comes every 15 steps, is left out.
 */
async function ddgan(name: string, batch: number): Promise<NetworkSize> {
  const { generator, discriminator } = presets.cifar10;
  const [drawn, judged] = [
    await multiplicationsOf(ddganGenerator(generator)),
    await multiplicationsOf(ddganDiscriminator(discriminator)),
  ];
  const pixels = generator.imageSize ** 2 * generator.channels;
  return {
    ...{ name, batch, parameters: countParameters(generator) + countParameters(discriminator) },
    multiplications: (FORWARD + TRAINED) * drawn + 3 * TRAINED * judged,
    draws: 2 * (3 * pixels + generator.latentDim), // x_t, x_{t−1} and its forgery, for each of the two
  };
}

/** Multiplications of a forward pass of one example, in convolutions and products of matrices. */
async function multiplicationsOf(model: LayersModel): Promise<number> {
  const inputs = model.inputs.map(({ shape, dtype }) =>
    tf.zeros(
      shape.map((size) => size ?? 1),
      dtype,
    ),
  );
  const { kernels } = await tf.profile(() => tf.tidy(() => void model.predict(inputs)));
  tf.dispose(inputs);
  model.dispose();
  const sizeOf = (shape: number[]) => shape.reduce((product, size) => product * size, 1);
  return kernels.reduce((sum, { name, inputShapes, outputShapes }) => {
    const [first, second] = inputShapes;
    const output = sizeOf(outputShapes[0]);
    if (/conv2d/i.test(name)) return sum + output * sizeOf(second.slice(0, 3)); // height, width and channels of the filter
    if (!/matmul/i.test(name)) return sum;
    const products = sizeOf(outputShapes[0].slice(0, -2));
    return sum + output * Math.sqrt((sizeOf(first) * sizeOf(second)) / output / products); // √ of (m k)(k n)/(m n)
  }, 0);
}
