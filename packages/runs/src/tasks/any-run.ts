import { integer, kinds, type ObjectOf, oneOf, optional, orNull, text } from '@diffgan/config';
import { samplingSchema } from '@diffgan/hub';
import { modelSchemas } from '@diffgan/unet';
import { dataSchema } from '../run/data-config.ts';
import { recordsSchema } from '../run/records-config.ts';

/** What every run tells of itself. */
export const headFields = {
  /** Where the description of such files lies, for editors. */
  $schema: optional(text()),
  /** The command that wrote the file. */
  command: oneOf('train'),
  /** Version of diffgan that started the run. */
  version: text(),
  /** The preset that the run started from. */
  preset: orNull(text()),
  /** Seed of everything random, except for the data. @defaultValue 0 */
  seed: integer(0, Number.MAX_SAFE_INTEGER),
  /** Backend that the run started on, on which it goes on: tensorflow, webgpu, wasm or cpu. @defaultValue the first that works */
  backend: optional(text()),
};

/** Where a run learns from. */
export const sourceFields = {
  /** What to learn from. */
  data: dataSchema,
};

/** Where a run starts from. */
export const startFields = {
  /** Folder of a run or of a network, or name of a shipped model, whose weights the networks start from. @defaultValue fresh weights */
  init: optional(text()),
};

/** What a run leaves, and what becomes of it. */
export const resultFields = {
  /** What is written down, and when. */
  records: recordsSchema,
  /** How to draw from the result unless told otherwise. */
  sampling: samplingSchema,
};

/** What runs of all tasks have. */
export interface AnyRun
  extends
    ObjectOf<typeof headFields>,
    ObjectOf<typeof sourceFields>,
    ObjectOf<typeof startFields>,
    ObjectOf<typeof resultFields> {}

/** The networks of these kinds. */
export const network = <K extends keyof typeof modelSchemas>(...names: K[]) =>
  kinds('kind', Object.fromEntries(names.map((name) => [name, modelSchemas[name]])) as Pick<typeof modelSchemas, K>);
