/** So many workgroups keep a large GPU busy. */
const busyWorkgroups = 512;

/** How many slices, and the terms in each but perhaps the last. */
export interface Slices {
  slices: number;
  sliceLength: number;
}

/**
 * Cuts a long sum so that there are enough workgroups, where one for each tile of the result would leave most of a GPU idle.
 *
 * @param terms of the sum.
 * @param tiles workgroups without slices.
 * @param step terms that a workgroup takes at a time; a slice has at least eight of these.
 */
export function slicesOf(terms: number, tiles: number, step: number): Slices {
  const wanted = Math.max(1, Math.min(Math.ceil(busyWorkgroups / tiles), Math.floor(terms / (8 * step))));
  const sliceLength = Math.ceil(terms / wanted / step) * step;
  return { slices: Math.ceil(terms / sliceLength), sliceLength };
}
