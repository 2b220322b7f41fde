import { add, cast, mul, type Tensor4D, tidy } from '@tensorflow/tfjs-core';

/** Range of the pixels of images: that of this library's networks, that of pytorch-fid, or bytes. */
export type PixelRange = '[-1, 1]' | '[0, 1]' | '[0, 255]';

const bounds: Readonly<Record<PixelRange, readonly [low: number, high: number]>> = {
  '[-1, 1]': [-1, 1],
  '[0, 1]': [0, 1],
  '[0, 255]': [0, 255],
};

const rounding = 1e-5; // relative; float32 arithmetic that ends in a clip or tanh stays far inside

/** The images in [−1, 1]. */
export function toUnitPixels(images: Tensor4D, range: PixelRange = '[-1, 1]'): Tensor4D {
  if (range === '[-1, 1]') return images;
  const [, high] = bounds[range];
  return tidy(() => add(mul(cast(images, 'float32'), 2 / high), -1));
}

/**
 * Refuses images that are not what they are said to be. Without a range [−1, 1] is assumed, and images that have no negative
 * pixel are refused, since they look like another range.
 *
 * @throws TypeError for another type, RangeError for another layout, for NaN and for pixels out of range; each says what to do
 */
export async function assertImages(images: Tensor4D, range: PixelRange | undefined, caller: string): Promise<void> {
  const refuse = (what: string) => new RangeError(`${caller}: ${what}`);
  if (range !== undefined && !Object.hasOwn(bounds, range))
    throw refuse(`range is '${String(range)}'; it must be one of '${Object.keys(bounds).join("', '")}'.`);
  const layout = layoutProblem(images);
  if (layout) throw refuse(`images of shape [${images.shape.join(', ')}] ${layout}`);
  if (images.dtype !== 'float32' && !(images.dtype === 'int32' && range === '[0, 255]'))
    throw new TypeError(
      `${caller}: images of type ${images.dtype}; they must be float32, or int32 bytes with range: '[0, 255]'.`,
    );
  const problem = pixelProblem(await images.data(), range);
  if (problem) throw refuse(problem);
}

function layoutProblem({ rank, shape }: Tensor4D): string | undefined {
  const colours = (channels: number) => channels === 1 || channels === 3;
  if (rank !== 4) return 'must be [n, height, width, channels].';
  if (shape.includes(0)) return 'have no pixels.';
  if (shape[3] > 4 && colours(shape[1]))
    return 'look like NCHW; channels come last here: tf.transpose(images, [0, 2, 3, 1]).';
  return undefined;
}

function pixelProblem(values: ArrayLike<number>, range: PixelRange | undefined): string | undefined {
  const [low, high] = bounds[range ?? '[-1, 1]'];
  const slack = rounding * high;
  let outside = -1;
  const extremes: Extremes = { least: Infinity, greatest: -Infinity, whole: true };
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) return `images[${i}] is ${value}; pixels must be numbers. Drop or repair such images.`;
    if (outside < 0 && (value < low - slack || value > high + slack)) outside = i;
    extremes.least = Math.min(extremes.least, value);
    extremes.greatest = Math.max(extremes.greatest, value);
    extremes.whole &&= Number.isInteger(value);
  }
  const likely = likelyRange(extremes);
  if (outside >= 0)
    return `images[${outside}] is ${values[outside]}; pixels must lie in [${low}, ${high}]. ${advice[likely ?? 'none']}`;
  if (likely !== '[0, 1]') return undefined;
  if (range === undefined) return `no pixel is below 0. ${advice['[0, 1]']} If not, pass range: '[-1, 1]'.`;
  return range === '[0, 255]' && !extremes.whole ? `no pixel is above 1. ${advice['[0, 1]']}` : undefined;
}

/** What pixels look like from afar. */
interface Extremes {
  least: number;
  greatest: number;
  /** Whether all are whole numbers. */
  whole: boolean;
}

/** The range that these pixels can only come from, if there is one; pixels of one value tell nothing. */
function likelyRange({ least, greatest, whole }: Extremes): PixelRange | undefined {
  if (least < 0) return least >= -1 - rounding && greatest <= 1 + rounding ? '[-1, 1]' : undefined;
  if (greatest > 1 + rounding) return whole && greatest <= 255 ? '[0, 255]' : undefined;
  return least < greatest ? '[0, 1]' : undefined;
}

const advice: Readonly<Record<PixelRange | 'none', string>> = {
  '[-1, 1]': 'These look like images in [-1, 1]: leave range out.',
  '[0, 1]': "These look like images in [0, 1]: pass range: '[0, 1]'.",
  '[0, 255]': "These look like bytes: pass range: '[0, 255]'.",
  none: 'Clip samples with tf.clipByValue(x, -1, 1), and map bytes k to 2k/255 − 1.',
};
