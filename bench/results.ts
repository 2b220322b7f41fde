import type { BenchBackend, Case, CurvePoint } from './cases.ts';
import type { Compared } from './compare-checks.ts';
import type { GamePreset, GameSetting } from './games.ts';

/** What came of one case in one group of columns. */
export interface Measurement {
  backend: BenchBackend;
  of: Case | CurvePoint;
  /** Milliseconds by column; the i-th entries of all columns were measured right after one another. */
  samples: Record<string, number[]>;
  /** Why a column has none. */
  unavailable: Record<string, string>;
}

/** Peak memory of a process that did nothing but this. */
export interface MemoryUse {
  kind: 'forward' | 'train';
  batch: number;
  column: string;
  bytes?: number;
  unavailable?: string;
}

/** A training run of one column. */
export interface TrainingRun {
  topic: 'losses' | 'endurance';
  column: string;
  losses: number[];
  memory: { step: number; bytes: number; tensors: number }[];
  unavailable?: string;
}

/** Times of the Fréchet distance of one column, milliseconds of each round. */
export interface FidRun {
  column: string;
  /** Vectors in each set. */
  count: number;
  dim: number;
  statistics: number[];
  distance: number[];
  value?: number;
  /** What computes. */
  version?: string;
  unavailable?: string;
}

/** Times of the game of a denoising diffusion GAN of one column. */
export interface GameRun extends Compared {
  column: string;
  preset: GamePreset;
  precision: GameSetting['precision'];
  version?: string;
  /** Milliseconds of a step, by round. */
  samples: number[];
}

/** How far a column is from the reference: largest difference relative to the largest value. */
export interface Agreement {
  column: string;
  version?: string;
  /** What it was compared with. */
  with?: string;
  output?: number;
  gradient?: number;
  losses?: number;
  unavailable?: string;
}

/** Everything a run found: the JSON file. */
export interface Results {
  date: string;
  command: string;
  commit: string;
  machine: string;
  quick: boolean;
  /** Why the numbers are not to be trusted. */
  warning?: string;
  agreements: Agreement[];
  measurements: Measurement[];
  memory: MemoryUse[];
  runs: TrainingRun[];
  fid: FidRun[];
  games: GameRun[];
}
