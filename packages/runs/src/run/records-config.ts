import { integer, object, type ObjectOf } from '@diffgan/config';

const every = (least: number) => integer(least, 1e9);

const fields = {
  /** Steps from one checkpoint to the next. */
  checkpointEvery: every(1),
  /** Steps from one picture of samples to the next. */
  picturesEvery: every(1),
  /** Samples in a picture. */
  pictureCount: integer(1, 10_000),
  /** Steps from one validation to the next; 0 for none. */
  validationEvery: every(0),
  /** Batches of a validation. */
  validationBatches: integer(1, 1e6),
  /** Steps from one scoring of samples to the next; 0 for none. */
  metricEvery: every(0),
  /** Samples that are scored. */
  metricCount: integer(2, 1e6),
};

/** What a run writes down, and when. */
export interface RecordsConfig extends ObjectOf<typeof fields> {}

/** What a run may write down, and when. */
export const recordsSchema = object<RecordsConfig>(fields);
