import { either, type Misfit, type ObjectOf, pairOf } from '@diffgan/config';
import { width } from './bounds.ts';

export const imageFields = {
  /** Height and width, or one number for squares. */
  imageSize: either(width, pairOf(width)),
  /** Channels: 1 for grey, 3 for RGB. */
  channels: width,
};

/** Shape of the images a network handles. */
export interface ImageConfig extends ObjectOf<typeof imageFields> {}

/** `[height, width, channels]` of a configuration. */
export function imageShape({ imageSize, channels }: ImageConfig): [height: number, width: number, channels: number] {
  const [height, width] = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  return [height, width, channels];
}

/** Images that are halved so many times must have sizes that halve evenly. */
export function halvesEvenly(config: ImageConfig, halvings: number): Misfit | undefined {
  const factor = 2 ** halvings;
  const [height, width] = imageShape(config);
  const uneven = [height, width].find((size) => size % factor !== 0);
  if (uneven === undefined) return undefined;
  return {
    field: 'imageSize',
    problem:
      `it is halved ${halvings} times, so height and width must be multiples of ${factor}. ` +
      `Pad the images to ${Math.ceil(uneven / factor) * factor} or use fewer levels`,
  };
}
