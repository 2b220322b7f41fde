/** Weights of a critic conv 3×3 → silu → 2×2 average pooling → dense, on one channel. */
export interface SmallCriticWeights {
  /** `[3, 3, 1, C]` */
  kernel: readonly number[];
  /** `[C]` */
  bias: readonly number[];
  /** `[size/2 · size/2 · C]`, channels last */
  dense: readonly number[];
}

/** What {@link smallCriticR1} needs to know beside the weights. */
export interface SmallCriticOptions {
  /** Height and width of the images. */
  size: number;
  /** Weight of the penalty. */
  gamma: number;
}

/**
 * Mean over the batch of (γ/2)‖∇V(x)‖² in float64 loops, its gradient by x written out by hand: nothing of it shares code with
 * what it checks.
 */
export function smallCriticR1(
  images: ArrayLike<number>,
  weights: SmallCriticWeights,
  { size, gamma }: SmallCriticOptions,
): number {
  const pixels = size * size;
  const batch = images.length / pixels;
  let sum = 0;
  for (let b = 0; b < batch; b++) {
    const gradient = inputGradient(
      Array.from({ length: pixels }, (_, i) => images[b * pixels + i]),
      weights,
      size,
    );
    sum += (gamma / 2) * gradient.reduce((total, g) => total + g * g, 0);
  }
  return sum / batch;
}

/** ∇V at one image: the dense weight behind every feature, through pooling (¼) and silu', back through the convolution. */
function inputGradient(image: number[], { kernel, bias, dense }: SmallCriticWeights, size: number): Float64Array {
  const channels = bias.length;
  const gradient = new Float64Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < channels; c++) {
        const taps = neighbours(y, x, size);
        const h = taps.reduce((total, { pixel, tap }) => total + image[pixel] * kernel[tap * channels + c], bias[c]);
        const pooled = (y >> 1) * (size / 2) + (x >> 1);
        const behind = (dense[pooled * channels + c] / 4) * siluSlope(h);
        for (const { pixel, tap } of taps) gradient[pixel] += behind * kernel[tap * channels + c];
      }
  return gradient;
}

/** The pixels a 3×3 window at (y, x) covers inside the image, with the index of the kernel tap on each. */
function neighbours(y: number, x: number, size: number): { pixel: number; tap: number }[] {
  const inside = (k: number) => k >= 0 && k < size;
  return [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1]
      .filter((dx) => inside(y + dy) && inside(x + dx))
      .map((dx) => ({ pixel: (y + dy) * size + x + dx, tap: (dy + 1) * 3 + dx + 1 })),
  );
}

function siluSlope(h: number): number {
  const s = 1 / (1 + Math.exp(-h));
  return s * (1 + h * (1 - s));
}
