import type { Kind, Values } from '../../measurement.ts';

/** What a measurement came to. */
export interface Measured<K extends Kind> {
  readonly values: Values[K];
  /** Files that belong to it, by their names. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
}

/** Folders of a measurement. */
export interface Place {
  /** Of the training. */
  readonly run: string;
  /** Of the training of what guides: a classifier, or a worse model of the same data. */
  readonly guide?: string;
  /** Of the measurement itself, for what it keeps to go on from. */
  readonly folder: string;
}
