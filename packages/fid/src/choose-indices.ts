import { type Key, randomBits } from '@diffgan/ops';

/** `count` different indices below `n`, in random order: the first steps of a Fisher–Yates shuffle. */
export function chooseIndices(key: Key, n: number, count: number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const bits = randomBits(key, 2 * count);
  for (let i = 0; i < count; i++) {
    const other = i + below(bits, i, n - i);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order.slice(0, count);
}

/** A random index below `n`. */
export const chooseBelow = (key: Key, n: number): number => below(randomBits(key, 2), 0, n);

/** The i-th random index; of 53 random bits, so that none is favoured. */
function below(bits: Uint32Array, i: number, n: number): number {
  const unit = ((bits[2 * i] >>> 5) * 2 ** 26 + (bits[2 * i + 1] >>> 6)) / 2 ** 53;
  return Math.floor(unit * n);
}
