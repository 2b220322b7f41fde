import type { Tensor4D } from '@tensorflow/tfjs-core';
import { key } from '@diffgan/ops';
import { drawSamples } from '../sample/draw-samples.ts';
import { isDrawable, openDrawable } from '../sample/open-drawable.ts';
import { type ImageSet, openImages, type Opening } from './image-source.ts';

const defaultCount = 2000; // of a model, which could draw for ever

/** What `--samples` names: images as {@link openImages} reads them, or a network to draw them from. The caller closes it. */
export async function openSamples(
  text: string,
  opening: Opening & { seed: number },
): Promise<ImageSet & { close(): void }> {
  if (!isDrawable(text)) return { ...(await openImages(text, opening)), close: () => undefined };
  const drawable = await openDrawable(text);
  const { batch, count = defaultCount, seed, signal } = opening;
  return {
    name: drawable.name,
    count,
    range: '[-1, 1]',
    batches: () => drawSamples(drawable, { count, batch, key: key(seed), signal }) as AsyncGenerator<Tensor4D, void>,
    digest: () => Promise.reject(new Error('drawn images are not kept')),
    close: () => drawable.model.dispose(),
  };
}
