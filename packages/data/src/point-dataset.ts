/** Points of a low-dimensional distribution in memory, with or without labels. */
export interface PointDataset {
  /** What the data set is called in messages and file names. */
  readonly name: string;
  /** Which part of the data set this is, e.g. `'train'`. */
  readonly split: string;
  /** The coordinates of one point after another. */
  readonly points: Float32Array;
  /** Number of points. */
  readonly count: number;
  /** Coordinates of a point. */
  readonly dimensions: number;
  /** One class number per point. */
  readonly labels?: Uint8Array;
}

/**
 * Checks the parts of a set of points and returns them as one frozen object. The coordinates are kept, not copied.
 *
 * @param parts `points` with their number and dimensions, a name, a split and perhaps labels
 * @returns the frozen data set
 * @throws TypeError when `points` or `labels` have the wrong type
 * @throws RangeError when a size is not a positive integer, a length does not fit, or a coordinate is not finite
 * @example
 * ```ts
 * const points = Float32Array.of(0, 1, 2, 3);
 * pointDataset({ name: 'line', split: 'train', points, count: 2, dimensions: 2 });
 * ```
 */
export function pointDataset(parts: PointDataset): PointDataset {
  const { name, split, points, count, dimensions, labels } = parts;
  if (!(points instanceof Float32Array)) throw new TypeError('pointDataset: points must be a Float32Array.');
  for (const [size, value] of Object.entries({ count, dimensions }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`pointDataset: ${size} is ${value}; it must be a positive integer.`);
  if (points.length !== count * dimensions)
    throw new RangeError(
      `pointDataset: points has ${points.length} values, but ${count} × ${dimensions} needs ${count * dimensions}.`,
    );
  const bad = points.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`pointDataset: points[${bad}] is ${points[bad]}; coordinates must be finite.`);
  if (labels !== undefined && !(labels instanceof Uint8Array))
    throw new TypeError('pointDataset: labels must be a Uint8Array with one class number per point.');
  if (labels !== undefined && labels.length !== count)
    throw new RangeError(
      `pointDataset: labels has ${labels.length} values for ${count} points; it needs one per point.`,
    );
  return Object.freeze({ name, split, points, count, dimensions, ...(labels && { labels }) });
}
