/** Where features come from. */
export interface StatisticsMeta {
  /** `name` of the extractor. */
  readonly extractor: string;
  /** `layer` of the extractor. */
  readonly layer: string;
  /** What the images are, e.g. `'train'`. */
  readonly split?: string;
  /** Range of the pixels the extractor was given, e.g. `'[-1, 1]'`. */
  readonly range?: string;
  /** How images got the size that the extractor takes, e.g. `'bilinear 299'`. */
  readonly resize?: string;
}

/** Mean and covariance (divided by count − 1, row by row) of a sample. */
export interface Moments {
  readonly count: number;
  readonly mean: ArrayLike<number>;
  readonly covariance: ArrayLike<number>;
}

/** Most features of a vector: the triangle of their covariance then has 2³⁰ bytes. */
export const maxDim = 1 << 14;
