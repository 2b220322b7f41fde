import type * as tf from '@tensorflow/tfjs-core';
import { type GridPixels, gridPixels } from '@diffgan/data';
import type { BatchSampler } from '@diffgan/hub';
import { run } from '@diffgan/samplers';
import { gifenc } from './gifenc.ts';

/** Images that a GIF shows. */
export const CHAIN_IMAGES = 16;

const layout = { columns: 4, side: 64, frames: 60 };
const seconds = { all: 4, longest: 0.6, last: 2 };

/** The first batch of a sampler as x̂_0 at each step of their chains (at most 60 of them), as an animated GIF. */
export async function chainGif(sampler: BatchSampler): Promise<Uint8Array> {
  const frames = await framesOf(sampler);
  const delay = 1000 * Math.min(seconds.longest, seconds.all / frames.length);
  const gif = gifenc.GIFEncoder();
  frames.forEach((frame, i) => {
    const { width, height, data, channels } = frame;
    const rgba = channels === 1 ? undefined : withAlpha(frame);
    const palette = rgba ? gifenc.quantize(rgba, 256) : greys;
    const last = i === frames.length - 1;
    gif.writeFrame(rgba ? gifenc.applyPalette(rgba, palette) : data, width, height, {
      palette,
      delay: Math.round(last ? 1000 * seconds.last : delay),
      repeat: 0,
    });
  });
  gif.finish();
  return gif.bytes();
}

const greys = Array.from({ length: 256 }, (_, level): [number, number, number] => [level, level, level]);

async function framesOf(sampler: BatchSampler): Promise<GridPixels[]> {
  const [, width] = sampler.sampleShape;
  const options = { columns: layout.columns, scale: Math.max(1, Math.floor(layout.side / width)) };
  const frames: GridPixels[] = [];
  const show = async (samples: tf.Tensor) => {
    frames.push(gridPixels({ data: await samples.data<'float32'>(), shape: samples.shape }, options));
    samples.dispose();
  };
  const samples = await run(sampler.chain(0, { preview: true }), async ({ preview, index, total }) => {
    const every = Math.ceil(total / layout.frames);
    if (preview && index % every === 0 && index < total - 1) await show(preview);
    else preview?.dispose();
  });
  await show(samples);
  return frames;
}

function withAlpha({ data, width, height }: GridPixels): Uint8Array {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) rgba.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return rgba;
}
