import type { PointSettings } from './settings.ts';

/** A place in the plane, in standard deviations of x_t. */
export type Place = readonly [x: number, y: number];

/** What of a training is looked at. */
export interface Look {
  /** The step whose x_t → x_{t−1} is shown. */
  readonly t: number;
  /** x_t, in its standard deviations. */
  readonly xt: Place;
  /** Whether the ways of some samples are shown. */
  readonly ways: boolean;
}

/** What the page asks of the worker. */
export type Request =
  | {
      readonly type: 'start';
      readonly settings: PointSettings;
      readonly drawn: readonly Place[];
      readonly seed: number;
    }
  | { readonly type: 'look'; readonly look: Look }
  /** Trains on, at so many steps a second at most. */
  | { readonly type: 'play'; readonly speed: number }
  | { readonly type: 'pause' }
  | { readonly type: 'step' };

/** One step back from x_t, on the plane of x_{t−1}; all coordinates in standard deviations of x_{t−1}. */
export interface StepBack {
  readonly t: number;
  /** Half a side of the square that is shown. */
  readonly extent: number;
  /** Points per side of the two grids. */
  readonly side: number;
  /** Where √α_t x_{t−1} would be x_t. */
  readonly from: Place;
  /** The exact q(x_{t−1} | x_t), the largest 1. */
  readonly exact: Float32Array;
  /** The critic's logits; none of DDPM. */
  readonly logits?: Float32Array;
  /** Draws of the model. */
  readonly draws: Float32Array;
  /** For the first draws the way down the generator's loss; none of DDPM. */
  readonly arrows?: Float32Array;
}

/** What samples show. */
export interface Scores {
  readonly of: number;
  /** Of how many modes; 0 where there are none to count. */
  readonly total: number;
  readonly modes: number;
  readonly highQuality: number;
  readonly kl: number;
}

/** The state of a training. */
export interface Snapshot {
  readonly step: number;
  /** Milliseconds of a step, and steps per second since the last snapshot, all that is shown included. */
  readonly milliseconds: number;
  readonly rate: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly tensors: number;
  readonly bytes: number;
  /** In reaches of the data. */
  readonly samples: Float32Array;
  /** A standard deviation of x_0, in reaches. */
  readonly scale: number;
  /** Places of the first samples at x_T … x_0, in standard deviations of each, one step after another. */
  readonly ways?: Float32Array;
  readonly back: StepBack;
  readonly scores: Scores;
}

/** What the worker tells. */
export type Answer =
  | { readonly type: 'ready'; readonly backend: string; readonly isolated: boolean }
  | { readonly type: 'data'; readonly points: Float32Array; readonly T: number; readonly levels: readonly number[] }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string };
