import type { Pixels } from './pixels.ts';

/** The middle of an image in other proportions and at another size: each pixel is the mean of the area that it covers. */
export function fitPixels(
  { width, height, channels, data }: Pixels,
  wanted: { height: number; width: number },
): Pixels {
  const [high, wide] = [
    Math.min(height, Math.max(1, Math.round((width * wanted.height) / wanted.width))),
    Math.min(width, Math.max(1, Math.round((height * wanted.width) / wanted.height))),
  ];
  const across = coverage(Math.floor((width - wide) / 2), wide, wanted.width);
  const down = coverage(Math.floor((height - high) / 2), high, wanted.height);
  const fitted = new Uint8Array(wanted.height * wanted.width * channels);
  down.forEach((rows, y) =>
    across.forEach((columns, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const row of rows)
          for (const column of columns)
            sum += row.weight * column.weight * data[(row.index * width + column.index) * channels + c];
        fitted[(y * wanted.width + x) * channels + c] = Math.round(sum);
      }
    }),
  );
  return { ...wanted, channels, data: fitted };
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
