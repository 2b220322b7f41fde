// What every op computes, in float64 on flat row-major arrays, written from the formula: the other side of the tests.

export type Values = readonly number[];

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: Values) => values.reduce((sum, v) => sum + v, 0) / values.length;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Applies f to every consecutive run of `length` numbers. */
const rows = (x: Values, length: number, f: (row: Values) => Values) =>
  range(x.length / length).flatMap((r) => f(x.slice(r * length, (r + 1) * length)));

export const sigmoid = (x: Values) => x.map(logistic);
export const tanh = (x: Values) => x.map(Math.tanh);
export const exp = (x: Values) => x.map(Math.exp);
export const softplus = (x: Values) => x.map((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
export const silu = (x: Values) => x.map((v) => v * logistic(v));
export const leakyRelu = (alpha: number) => (x: Values) => x.map((v) => (v > 0 ? v : alpha * v));

export const softmax = (length: number) => (x: Values) =>
  rows(x, length, (row) => {
    const e = row.map((v) => Math.exp(v - Math.max(...row)));
    return e.map((v) => v / (mean(e) * length));
  });

export const pixelNorm = (length: number) => (z: Values) =>
  rows(z, length, (row) => row.map((v) => v / Math.sqrt(mean(row.map((u) => u * u)) + 1e-8)));

/** Images are [1, height, width, channels]. */
export const averagePool = (width: number, channels: number, size: number) => (x: Values) => {
  const height = x.length / width / channels;
  const at = (r: number, c: number, k: number) => x[(r * width + c) * channels + k];
  return range(height / size).flatMap((r) =>
    range(width / size).flatMap((c) =>
      range(channels).map((k) =>
        mean(range(size * size).map((i) => at(r * size + Math.floor(i / size), c * size + (i % size), k))),
      ),
    ),
  );
};

export const nearestUpsample = (width: number, channels: number, factor: number) => (x: Values) => {
  const height = x.length / width / channels;
  const nearest = (i: number) => Math.floor(i / factor);
  return range(height * factor).flatMap((r) =>
    range(width * factor).flatMap((c) =>
      range(channels).map((k) => x[(nearest(r) * width + nearest(c)) * channels + k]),
    ),
  );
};

/**
 * Zeros between the pixels (`up`), zeros around them (`pad`), [1,3,3,1]/8 along both axes times `up` each, and every `down`-th value, as in
 * StyleGAN2.
 */
export const firResample =
  (width: number, channels: number, { up, down, pad }: { up: number; down: number; pad: readonly [number, number] }) =>
  (x: Values) => {
    const height = x.length / width / channels;
    const taps = [1, 3, 3, 1].map((v) => (v * up) / 8);
    const count = (size: number) => Math.floor((size * up + pad[0] + pad[1] - taps.length) / down) + 1;
    const at = (r: number, c: number, k: number) => {
      const [i, j] = [(r - pad[0]) / up, (c - pad[0]) / up];
      const inside = Number.isInteger(i) && Number.isInteger(j) && i >= 0 && i < height && j >= 0 && j < width;
      return inside ? x[(i * width + j) * channels + k] : 0;
    };
    return range(count(height)).flatMap((r) =>
      range(count(width)).flatMap((c) =>
        range(channels).map((k) =>
          taps.reduce((s, a, i) => s + taps.reduce((t, b, j) => t + a * b * at(r * down + i, c * down + j, k), 0), 0),
        ),
      ),
    );
  };

/** query [1, N, C], key [1, M, C], value [1, M, D]. */
export const attention = (channels: number, keys: number) => (query: Values, key: Values, value: Values) => {
  const depth = value.length / keys;
  return rows(query, channels, (q) => {
    const scores = range(keys).map(
      (m) => q.reduce((s, v, c) => s + v * key[m * channels + c], 0) / Math.sqrt(channels),
    );
    const weights = softmax(keys)(scores);
    return range(depth).map((d) => weights.reduce((s, w, m) => s + w * value[m * depth + d], 0));
  });
};

/** x is [batch, pixels, channels]; scale and shift are [channels] or [batch, channels]. */
export const groupNorm = (batch: number, channels: number, groups: number, activation?: 'silu') => {
  const size = channels / groups;
  return (x: Values, scale: Values, shift: Values) => {
    const perExample = x.length / batch;
    const group = (i: number) => Math.floor(i / perExample) * groups + Math.floor((i % channels) / size);
    const stats = range(batch * groups).map((g) => {
      const members = x.filter((_, i) => group(i) === g);
      const centre = mean(members);
      return { centre, std: Math.sqrt(mean(members.map((v) => (v - centre) ** 2)) + 1e-6) };
    });
    const parameter = (i: number) =>
      (scale.length === channels ? 0 : Math.floor(i / perExample) * channels) + (i % channels);
    const z = x.map((v, i) => {
      const { centre, std } = stats[group(i)];
      return ((v - centre) / std) * scale[parameter(i)] + shift[parameter(i)];
    });
    return activation ? silu(z) : z;
  };
};

/** x is [batch, pixels, channels]; the groups are the examples of equal index modulo batch/groupSize. */
export const minibatchStddev = (batch: number, channels: number, groupSize: number) => (x: Values) => {
  const perExample = x.length / batch;
  const groups = batch / groupSize;
  const deviation = (g: number) =>
    mean(
      range(perExample).map((i) => {
        const members = range(groupSize).map((m) => x[(m * groups + g) * perExample + i]);
        return Math.sqrt(mean(members.map((v) => (v - mean(members)) ** 2)) + 1e-8);
      }),
    );
  const deviations = range(groups).map(deviation);
  return range(x.length / channels).flatMap((p) => [
    ...x.slice(p * channels, (p + 1) * channels),
    deviations[Math.floor((p * channels) / perExample) % groups],
  ]);
};

export const sinusoidalEmbedding = (dim: number) => (positions: Values) =>
  positions.flatMap((position) => {
    const angles = range(dim / 2).map((i) => position * 10000 ** (-i / (dim / 2 - 1)));
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  });

/** Gradient of f at x by central differences, error about h²·f‴/6. */
export function slopes(f: (x: Values) => number, x: Values, h: number): number[] {
  const moved = (i: number, by: number) => f(x.map((v, j) => (j === i ? v + by : v)));
  return x.map((_, i) => (moved(i, h) - moved(i, -h)) / (2 * h));
}
