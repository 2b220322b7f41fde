import type { Pixels } from './read-png.ts';

/** The middle square of an image at another size: each pixel is the mean of the area that it covers. */
export function squarePixels({ width, height, channels, data }: Pixels, size: number): Pixels {
  const side = Math.min(width, height);
  const across = coverage(Math.floor((width - side) / 2), side, size);
  const down = coverage(Math.floor((height - side) / 2), side, size);
  const square = new Uint8Array(size * size * channels);
  down.forEach((rows, y) =>
    across.forEach((columns, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const row of rows)
          for (const column of columns)
            sum += row.weight * column.weight * data[(row.index * width + column.index) * channels + c];
        square[(y * size + x) * channels + c] = Math.round(sum);
      }
    }),
  );
  return { width: size, height: size, channels, data: square };
}

interface Share {
  index: number;
  weight: number;
}

/** For each of `size` equal parts of the pixels `first`…`first + side − 1`: the pixels in it and their shares. */
function coverage(first: number, side: number, size: number): Share[][] {
  const length = side / size;
  return Array.from({ length: size }, (_, i) => {
    const [from, to] = [i * length, Math.min(side, (i + 1) * length)];
    const shares: Share[] = [];
    for (let pixel = Math.floor(from); pixel < to; pixel++)
      shares.push({
        index: first + pixel,
        weight: (Math.min(to, pixel + 1) - Math.max(from, pixel)) / (to - from),
      });
    return shares;
  });
}

/** Grey from colour by the luma of Rec. 601, colour from grey by repetition. */
export function withChannels({ data, ...size }: Pixels, channels: 1 | 3): Pixels {
  if (size.channels === channels) return { data, ...size };
  const count = size.width * size.height;
  const changed = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++)
    if (channels === 3) changed.fill(data[i], 3 * i, 3 * i + 3);
    else changed[i] = Math.round(0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]);
  return { ...size, channels, data: changed };
}
