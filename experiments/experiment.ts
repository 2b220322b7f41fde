import type { Figure } from './figure.ts';
import type { Kind, Measurement, MeasurementOf, Values } from './measurement.ts';
import type { Results } from './results.ts';

/** What the command line says of all experiments, and what is known already. */
export interface How {
  /** Seeds of the trainings. */
  readonly seeds: readonly number[];
  /** Whether to take the networks of `fashion-mnist-small`. */
  readonly small: boolean;
  /** What a measurement came to, if it is finished: a plan may choose by it. */
  readonly valuesOf: <K extends Kind>(measurement: MeasurementOf<K>) => Values[K] | undefined;
}

/** A picture of samples: a row for each measurement. */
export interface Sheet {
  readonly file: string;
  readonly caption: string;
  /** Names of measurements of the kind `scores`; the first seed is shown. */
  readonly rows: readonly string[];
  /** Samples of each measurement, the first ones that were drawn. */
  readonly columns: number;
  /** Images in a row of the picture. @defaultValue `columns` */
  readonly width?: number;
}

/** What a page says of the results. */
export interface Page {
  /** What this is about, in a sentence or two. */
  readonly about: string;
  /** What the numbers say. */
  readonly verdict: string;
  /** Figures and tables, the paper's beside ours. */
  readonly body: readonly string[];
  /** What differs from the paper. */
  readonly differs: readonly string[];
}

/** An experiment of a paper: what is trained and measured, and what is made of it. */
export interface Experiment {
  /** Such as `X1`. */
  readonly id: string;
  readonly title: string;
  /** Who did it first, and which figure or table it is. */
  readonly paper: string;
  /** The network that is trained here. */
  readonly network: string;
  /** Hours that one seed takes on two quiet cores, about. */
  readonly hours: number;
  /** What the paper reports. */
  readonly reported: object;
  /** All that is measured, the trainings it is of included. */
  plan(how: How): readonly Measurement[];
  /** Pictures of samples. */
  readonly sheets?: readonly Sheet[];
  /** Figures by their files. */
  figures?(results: Results): Readonly<Record<string, Figure>>;
  page(results: Results): Page;
}
