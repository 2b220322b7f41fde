import type { Sampling } from './sampling.ts';
import type { StudentOf, StudentValues } from './student-measurement.ts';
import type { Training } from './training.ts';

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
  /** A worse model of the same data, away from which autoguidance leads. */
  readonly worse?: Training;
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

/** Images of three pieces of clothing, one a colour, against their 1000 modes. */
export interface StackedOf extends Drawn {
  readonly kind: 'stacked';
}

/** How long drawing takes. */
export interface TimingOf extends OfTraining {
  readonly kind: 'timing';
  readonly sampling: Sampling;
  /** Images that are drawn at once. */
  readonly batch: number;
  /** How often, after one time that does not count. */
  readonly repeats: number;
}

interface OfImages extends OfTraining {
  /** Part of the data of the training. */
  readonly split: 'train' | 'test';
  /** The first so many images. */
  readonly count: number;
  readonly seed: number;
}

/** Bits per dimension of images by the bound of a DDPM or a VDM. */
export interface BitsOf extends OfImages {
  readonly kind: 'bits';
  /** Estimates of the bound of a VDM, each at one time per image. */
  readonly times?: number;
  /** `straight` measures a VDM with another γ between the same ends. */
  readonly gamma?: 'straight';
}

/** Rate and distortion of images while they are sent step by step. */
export interface CodeOf extends OfImages {
  readonly kind: 'code';
}

/** Predictions x̂0 in the course of drawing. */
export interface ProgressOf extends Drawn {
  readonly kind: 'progress';
  /** The steps t whose x̂0(x_t) are scored. */
  readonly at: readonly number[];
}

/** Samples that share their x_t. */
export interface SharedOf extends OfTraining {
  readonly kind: 'shared';
  readonly at: readonly number[];
  readonly latents: number;
  /** Samples of each. */
  readonly copies: number;
  readonly seed: number;
}

/** Test images that are mixed at step t. */
export interface MixedOf extends OfTraining {
  readonly kind: 'mixed';
  readonly at: readonly number[];
  /** How many pairs of images, the first of the test set that differ in class. */
  readonly pairs: number;
  readonly seed: number;
}

/** The nearest training images of samples, and of test images. */
export interface NeighboursOf extends Drawn {
  readonly kind: 'neighbours';
}

/** Points of three classes that guidance has pushed from one another. */
export interface GuidedOf extends Drawn {
  readonly kind: 'guided';
  /** Guides; without one, the network itself does. */
  readonly classifier?: Training;
}

/** What is measured, each kind by its own module of `diffgan reproduce`. */
export type Measurement =
  | ScoresOf
  | ModesOf
  | BumpsOf
  | StudentOf
  | StackedOf
  | TimingOf
  | BitsOf
  | CodeOf
  | ProgressOf
  | SharedOf
  | MixedOf
  | NeighboursOf
  | GuidedOf;

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

/** What {@link StackedOf} comes to. */
export interface StackedValues {
  /** Of 1000. */
  readonly modes: number;
  /** Divergence of the counts of the modes from equal ones, in nats. */
  readonly kl: number;
  readonly calls: number;
}

/** What {@link TimingOf} comes to. */
export interface TimingValues {
  /** Median for a batch. */
  readonly seconds: number;
  /** Of all batches. */
  readonly all: readonly number[];
  readonly calls: number;
  readonly processor: string;
}

/** Bits per dimension with their standard error over images. */
export interface BitsPart {
  readonly mean: number;
  readonly standardError: number;
}

/** What {@link BitsOf} comes to. */
export interface BitsValues {
  readonly total: BitsPart;
  /** Prior, rate and distortion of a DDPM; prior, reconstruction and diffusion of a VDM. */
  readonly parts: Readonly<Record<string, BitsPart>>;
  /** Of a VDM: the variance of one estimate of the diffusion part, in bits per dimension squared. */
  readonly variance?: number;
}

/** What {@link CodeOf} comes to: for each step t, T first. */
export interface CodeValues {
  readonly points: readonly {
    readonly t: number;
    /** Bits per dimension received. */
    readonly rate: number;
    /** Root mean squared error of x̂0, of 255. */
    readonly distortion: number;
  }[];
}

/** What {@link ProgressOf} comes to. */
export interface ProgressValues {
  readonly points: readonly { readonly t: number; readonly fid: number; readonly is: number }[];
}

/** Distances of images, root mean squares of 255. */
export interface DistanceValues {
  readonly points: readonly { readonly t: number; readonly distance: number }[];
  /** Of images that have nothing to do with one another. */
  readonly unrelated: number;
}

/** Median distances to the nearest training image. */
export interface Nearness {
  readonly samples: number;
  readonly test: number;
  /** Share of the samples that are nearer than all but the nearest hundredth of the test images. */
  readonly copies: number;
}

/** What {@link NeighboursOf} comes to. */
export interface NeighboursValues {
  readonly pixels: Nearness;
  readonly features: Nearness;
}

/** What {@link GuidedOf} comes to, over the classes. */
export interface GuidedValues {
  /** Mean in the direction of the own class. */
  readonly mean: number;
  /** Standard deviation in that direction, and across. */
  readonly along: number;
  readonly across: number;
  /** The same of the density p(x | c) p(c | x)^w of the data. */
  readonly density: { readonly mean: number; readonly along: number; readonly across: number };
  /** Share of the points that lie nearest to the centre of their class. */
  readonly own: number;
}

/** What each kind of measurement comes to. */
export interface Values {
  readonly scores: ScoreValues;
  readonly modes: ModesValues;
  readonly bumps: BumpsValues;
  readonly student: StudentValues;
  readonly stacked: StackedValues;
  readonly timing: TimingValues;
  readonly bits: BitsValues;
  readonly code: CodeValues;
  readonly progress: ProgressValues;
  readonly shared: DistanceValues;
  readonly mixed: DistanceValues;
  readonly neighbours: NeighboursValues;
  readonly guided: GuidedValues;
}

/** The measurement of a kind. */
export type MeasurementOf<K extends Kind> = Extract<Measurement, { kind: K }>;
