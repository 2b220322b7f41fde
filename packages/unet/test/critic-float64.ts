// The critic of ddganDiscriminator once more, in float64 and plain loops, with its gradient by the first image: what the critic and its
// R1 penalty are measured against.

/** Weights by name, each a flat row-major array. */
export type Weights = Record<string, ArrayLike<number>>;

/** The inputs of the critic. */
export interface CriticInputs {
  xPrev: ArrayLike<number>;
  xt: ArrayLike<number>;
  position: ArrayLike<number>;
}

/** What the reference needs to know of the configuration. */
export interface CriticShape {
  imageSize: number;
  downsample: readonly boolean[];
  timeWidth: number;
  stddevGroup: number;
}

/** Images `[batch, size, size, channels]`, flat, and the way back from a gradient by them to one by xPrev. */
interface Traced {
  data: Float64Array;
  batch: number;
  size: number;
  channels: number;
  back: (gradient: Float64Array) => Float64Array;
}

const slopes = (values: Float64Array): Float64Array => values.map((v) => (v > 0 ? 1 : 0.2));
const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v * b[i]);

function leaky(x: Traced): Traced {
  const slope = slopes(x.data);
  return { ...x, data: product(x.data, slope), back: (dy) => x.back(product(dy, slope)) };
}

/** Calls `visit` for every product that a convolution padded to keep its size sums up. */
function forEachTap(
  { batch, size, channels }: Traced,
  { side, filters }: { side: number; filters: number },
  visit: (to: number, from: number, tap: number) => void,
): void {
  const reach = (side - 1) / 2;
  for (let pixel = 0; pixel < batch * size * size; pixel++)
    for (let tap = 0; tap < side * side; tap++) {
      const row = (Math.floor(pixel / size) % size) + Math.floor(tap / side) - reach;
      const column = (pixel % size) + (tap % side) - reach;
      if (row < 0 || row >= size || column < 0 || column >= size) continue;
      const from = (Math.floor(pixel / (size * size)) * size + row) * size + column;
      for (let c = 0; c < channels; c++)
        for (let f = 0; f < filters; f++)
          visit(pixel * filters + f, from * channels + c, (tap * channels + c) * filters + f);
    }
}

function conv(x: Traced, weights: Weights, name: string): Traced {
  const [kernel, bias] = [weights[`${name}.kernel`], weights[`${name}.bias`]];
  const filters = bias.length;
  const taps = { filters, side: Math.sqrt(kernel.length / (x.channels * filters)) };
  const data = Float64Array.from({ length: x.batch * x.size ** 2 * filters }, (_, at) => bias[at % filters]);
  forEachTap(x, taps, (to, from, tap) => (data[to] += x.data[from] * kernel[tap]));
  const back = (dy: Float64Array) => {
    const dx = new Float64Array(x.data.length);
    forEachTap(x, taps, (to, from, tap) => (dx[from] += dy[to] * kernel[tap]));
    return x.back(dx);
  };
  return { ...x, data, channels: filters, back };
}

function linear(rows: Float64Array, batch: number, weights: Weights, name: string): Float64Array {
  const [kernel, bias] = [weights[`${name}.kernel`], weights[`${name}.bias`]];
  const [width, units] = [rows.length / batch, bias.length];
  return Float64Array.from({ length: batch * units }, (_, at) => {
    const [b, u] = [Math.floor(at / units), at % units];
    let sum = bias[u];
    for (let i = 0; i < width; i++) sum += rows[b * width + i] * kernel[i * units + u];
    return sum;
  });
}

function halved(x: Traced): Traced {
  const { batch, size, channels } = x;
  const half = size / 2;
  const target = (at: number) => {
    const [column, row] = [Math.floor(at / channels) % size, Math.floor(at / (channels * size)) % size];
    const b = Math.floor(at / (channels * size * size));
    return ((b * half + (row >> 1)) * half + (column >> 1)) * channels + (at % channels);
  };
  const data = new Float64Array(batch * half * half * channels);
  x.data.forEach((value, at) => (data[target(at)] += value / 4));
  return { ...x, data, size: half, back: (dy) => x.back(x.data.map((_, at) => dy[target(at)] / 4)) };
}

/** Appends the mean deviation within each group of every (batch/group)-th example as one more channel. */
function withDeviation(x: Traced, group: number): Traced {
  const { batch, size, channels } = x;
  const pixels = size * size * channels;
  const groups = batch / group;
  const slope = new Float64Array(x.data.length); // of the mean deviation by each value
  const deviations = new Float64Array(groups);
  for (let g = 0; g < groups; g++)
    for (let p = 0; p < pixels; p++) {
      const places = Array.from({ length: group }, (_, m) => (m * groups + g) * pixels + p);
      const mean = places.reduce((sum, at) => sum + x.data[at], 0) / group;
      const variance = places.reduce((sum, at) => sum + (x.data[at] - mean) ** 2, 0) / group;
      const deviation = Math.sqrt(variance + 1e-8);
      deviations[g] += deviation / pixels;
      for (const at of places) slope[at] = (x.data[at] - mean) / (group * deviation * pixels);
    }
  const wide = channels + 1;
  const groupOf = (pixel: number) => Math.floor(pixel / (size * size)) % groups;
  const data = Float64Array.from({ length: batch * size * size * wide }, (_, at) => {
    const [c, pixel] = [at % wide, Math.floor(at / wide)];
    return c < channels ? x.data[pixel * channels + c] : deviations[groupOf(pixel)];
  });
  const back = (dy: Float64Array) => {
    const total = new Float64Array(groups);
    for (let pixel = 0; pixel < batch * size * size; pixel++) total[groupOf(pixel)] += dy[pixel * wide + channels];
    return x.back(
      slope.map((s, at) => {
        const pixel = Math.floor(at / channels);
        return dy[pixel * wide + (at % channels)] + s * total[groupOf(pixel)];
      }),
    );
  };
  return { ...x, data, channels: wide, back };
}

function timeEmbedding(position: ArrayLike<number>, dim: number, weights: Weights): Float64Array {
  const [half, batch] = [dim / 2, position.length];
  const waves = Float64Array.from({ length: batch * dim }, (_, at) => {
    const i = at % dim;
    const angle = position[Math.floor(at / dim)] * Math.exp((-Math.log(10000) * (i % half)) / (half - 1));
    return i < half ? Math.sin(angle) : Math.cos(angle);
  });
  const activated = (values: Float64Array) => product(values, slopes(values));
  return activated(linear(activated(linear(waves, batch, weights, 'time.0')), batch, weights, 'time.1'));
}

interface BlockOptions {
  name: string;
  time: Float64Array;
  half: boolean;
}

function block(x: Traced, weights: Weights, { name, time, half }: BlockOptions): Traced {
  const inner = conv(leaky(x), weights, `${name}.conv1`);
  const step = linear(time, x.batch, weights, `${name}.time`);
  const { channels } = inner;
  const area = inner.size ** 2 * channels;
  const data = inner.data.map((v, at) => v + step[Math.floor(at / area) * channels + (at % channels)]);
  let h = leaky({ ...inner, data });
  let shortcut = x;
  if (half) [h, shortcut] = [halved(h), halved(x)];
  h = conv(h, weights, `${name}.conv2`);
  if (`${name}.shortcut.kernel` in weights) shortcut = conv(shortcut, weights, `${name}.shortcut`);
  const back = (dy: Float64Array) => {
    const scaled = dy.map((v) => v * Math.SQRT1_2);
    const other = shortcut.back(scaled);
    return h.back(scaled).map((v, at) => v + other[at]);
  };
  return { ...h, data: h.data.map((v, at) => (v + shortcut.data[at]) * Math.SQRT1_2), back };
}

/** The logits `[batch]` and the gradient of their sum by xPrev. */
export function criticReference(
  weights: Weights,
  { xPrev, xt, position }: CriticInputs,
  { imageSize, downsample, timeWidth, stddevGroup }: CriticShape,
): { logits: Float64Array; gradient: Float64Array } {
  const batch = position.length;
  const data = Float64Array.from({ length: 2 * xt.length }, (_, at) => (at % 2 === 0 ? xPrev : xt)[at >> 1]);
  const back = (dy: Float64Array) => dy.filter((_, at) => at % 2 === 0);
  const time = timeEmbedding(position, timeWidth, weights);
  let h = conv({ data, batch, size: imageSize, channels: 2, back }, weights, 'stem');
  downsample.forEach((half, i) => (h = block(h, weights, { name: `block.${i}`, time, half })));
  h = leaky(conv(withDeviation(leaky(h), stddevGroup), weights, 'head.conv'));
  const { channels } = h;
  const area = h.size ** 2 * channels;
  const sums = new Float64Array(batch * channels);
  h.data.forEach((v, at) => (sums[Math.floor(at / area) * channels + (at % channels)] += v));
  const logits = linear(sums, batch, weights, 'head.linear');
  return { logits, gradient: h.back(h.data.map((_, at) => weights['head.linear.kernel'][at % channels])) };
}
