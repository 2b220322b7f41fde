import { type Key, randomBits } from '@diffgan/ops';

/** `count` different indices below `n`, in random order: the first steps of a Fisher–Yates shuffle. */
export function chooseIndices(key: Key, n: number, count: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const bits = randomBits(key, 2 * count);
  for (let i = 0; i < count; i++) {
    // 53 random bits, so that no index is favoured
    const unit = ((bits[2 * i] >>> 5) * 2 ** 26 + (bits[2 * i + 1] >>> 6)) / 2 ** 53;
    const other = i + Math.floor(unit * (n - i));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order.slice(0, count);
}
