import type { RunConfig } from '@diffgan/runs';
import type { Kind, MeasurementOf, Values } from './measurement.ts';
import { type Spread, spreadOf } from './spread.ts';

/** A training as it went. */
export interface TrainingResult {
  readonly name: string;
  readonly seed: number;
  /** All settings. */
  readonly config: RunConfig;
  /** Finished steps. */
  readonly steps: number;
  readonly seconds: number;
  readonly backend: string;
  /** How often each kind of warning came. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Why it ended before its time: its numbers were no numbers any more. */
  readonly diverged?: string;
}

/** A measurement with what came out. */
export interface MeasurementResult<K extends Kind = Kind> {
  readonly kind: K;
  readonly name: string;
  /** Name and seed of the training, where it is of one. */
  readonly of?: { readonly name: string; readonly seed: number };
  /** What it is found by: a hash of all that it depends on. */
  readonly key: string;
  /** How it was measured. */
  readonly settings: Omit<MeasurementOf<K>, 'kind' | 'name' | 'of'>;
  readonly values: Values[K];
  readonly backend: string;
  /** Files in the folder of the results. */
  readonly files: readonly string[];
}

/** The content of `results.json`: all numbers of an experiment, from which its figures and its page follow. */
export interface ResultsFile {
  readonly experiment: string;
  readonly title: string;
  readonly paper: string;
  /** What the paper reports. */
  readonly reported: object;
  /** Share of the steps and samples of the definition. */
  readonly scale: number;
  readonly small: boolean;
  readonly seeds: readonly number[];
  /** Of the programs and the machine. */
  readonly versions: Readonly<Record<string, string>>;
  readonly trainings: readonly TrainingResult[];
  readonly measurements: readonly MeasurementResult[];
  /** What has not been measured. */
  readonly missing: readonly string[];
  /** Sheets of samples, each with what it shows. */
  readonly sheets: readonly {
    readonly file: string;
    readonly caption: string;
    /** Names of the measurements whose rows are there. @defaultValue all */
    readonly rows?: readonly string[];
  }[];
}

/** The results of an experiment by the names of its measurements. */
export class Results {
  constructor(readonly file: ResultsFile) {}

  /** What the paper reports, as the results keep it. */
  reported<Reported extends object>(): Reported {
    return this.file.reported as Reported; // of the definition with that id
  }

  /** The measurements of that kind and name, one for each seed of the training. */
  all<K extends Kind>(kind: K, name: string): MeasurementResult<K>[] {
    const all: readonly (MeasurementResult | MeasurementResult<K>)[] = this.file.measurements;
    return all.filter((one): one is MeasurementResult<K> => one.kind === kind && one.name === name);
  }

  /** The first of them. */
  first<K extends Kind>(kind: K, name: string): MeasurementResult<K> | undefined {
    return this.all(kind, name)[0];
  }

  /** A value over the seeds; `deviationOf` tells that of a single measurement. */
  spread<K extends Kind>(
    kind: K,
    name: string,
    valueOf: (values: Values[K]) => number,
    deviationOf?: (values: Values[K]) => number,
  ): Spread | undefined {
    const values = this.all(kind, name).map((measurement) => measurement.values);
    return spreadOf(values.map(valueOf), deviationOf && values.map(deviationOf));
  }

  /** The FID over the seeds, or of one seed with its spread over resamples of the images. */
  fid(name: string): Spread | undefined {
    return this.spread('scores', name, ({ fid }) => fid, ({ fidDeviation }) => fidDeviation); // prettier-ignore
  }

  /** The same less what a perfect generator would score with as many images: what is compared where their numbers differ. */
  fidBeyondBias(name: string): Spread | undefined {
    return this.spread('scores', name, ({ fid, fidBias }) => fid - fidBias, ({ fidDeviation }) => fidDeviation); // prettier-ignore
  }
}
