import type { Training } from './training.ts';

/** How samples are drawn: what `diffgan sample` is told. */
export interface Sampling {
  readonly sampler: 'ddgan' | 'ddpm' | 'ddim' | 'vdm' | 'euler' | 'heun' | 'dpm-solver';
  /** Network calls per sample; all steps of the schedule unless told. */
  readonly steps?: number;
  readonly eta?: number;
  readonly guidance?: number;
  readonly variance?: 'fixedSmall' | 'fixedLarge' | 'learned' | 'learnedRange';
}

interface OfTraining {
  /** Unique among the measurements of a kind in an experiment, but for the seed of the training. */
  readonly name: string;
  readonly of: Training;
}

interface Drawn extends OfTraining {
  readonly sampling: Sampling;
  /** How many samples are drawn. */
  readonly count: number;
  /** Seed of the samples. */
  readonly seed: number;
}

/** Images of 28×28 grey pixels against the 60 000 training images of Fashion-MNIST. */
export interface ScoresOf extends Drawn {
  readonly kind: 'scores';
}

/** Points of the plane against the modes of their data. */
export interface ModesOf extends Drawn {
  readonly kind: 'modes';
}

/** Where the reverse steps of two bumps on a line have several modes: exact, nothing is trained. */
export interface BumpsOf {
  readonly kind: 'bumps';
  readonly name: string;
  readonly of?: undefined;
  /** The bumps lie at −1 and 1 and have this standard deviation. */
  readonly std: number;
  /** The numbers of steps T that are compared. */
  readonly steps: readonly number[];
}

/** What is measured, each kind by its own module of `diffgan reproduce`. */
export type Measurement = ScoresOf | ModesOf | BumpsOf;

/** Name of a kind of measurement. */
export type Kind = Measurement['kind'];

/** What {@link ScoresOf} comes to. */
export interface ScoreValues {
  readonly fid: number;
  /** Standard deviation of the FID over bootstrap resamples of the images. */
  readonly fidDeviation: number;
  /** What a perfect generator would score with as many images. */
  readonly fidBias: number;
  readonly kid: number;
  /** Standard error. */
  readonly kidError: number;
  readonly is: number;
  /** Standard deviation over its splits. */
  readonly isDeviation: number;
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
  /** Share of the images of each class, by the classifier. */
  readonly shares: readonly number[];
  /** Share of the images that are of the class asked for, where one is. */
  readonly accuracy?: number;
  /** Network calls for a sample. */
  readonly calls: number;
}

/** What {@link ModesOf} comes to. */
export interface ModesValues {
  readonly modes: number;
  /** How many there are. */
  readonly of: number;
  /** Share of the points within three standard deviations of a mode. */
  readonly highQuality: number;
  /** Divergence of the counts of the modes from equal ones, in nats. */
  readonly kl: number;
  readonly calls: number;
}

/** Of all steps of a chain, the one whose reverse is least like a normal distribution. */
export interface ReverseSteps {
  readonly steps: number;
  /** The step. */
  readonly t: number;
  /** Mean over q(x_t) of KL(q(x_{t−1} | x_t) ‖ the normal distribution of the same mean and variance), in nats. */
  readonly divergence: number;
  /** Share of q(x_t) for which q(x_{t−1} | x_t) has more than one mode. */
  readonly multimodal: number;
  /** x_t for which q(x_{t−1} | x_t) is drawn: half way between the bumps. */
  readonly xt: number;
  /** q(x_{t−1} | x_t) on the grid. */
  readonly density: readonly number[];
}

/** What {@link BumpsOf} comes to. */
export interface BumpsValues {
  /** Where densities are told. */
  readonly grid: readonly number[];
  /** q(x_t) of a chain of the first number of steps, t = 0…T. */
  readonly marginals: readonly (readonly number[])[];
  readonly reverse: readonly ReverseSteps[];
}

/** What each kind of measurement comes to. */
export interface Values {
  readonly scores: ScoreValues;
  readonly modes: ModesValues;
  readonly bumps: BumpsValues;
}

/** The measurement of a kind. */
export type MeasurementOf<K extends Kind> = Extract<Measurement, { kind: K }>;
