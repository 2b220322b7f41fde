import type { MetricName } from '@diffgan/fid';
import { type ExtractorName, extractorNames, type FloatRange, floatRanges } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { Precision } from '@diffgan/runtime';

/** Options of the evaluate command. */
export interface EvaluateCommandOptions {
  /** Generated images: a folder of PNG files, an `.npz`, a model folder, the folder of a run, or `shipped`. */
  samples: string;
  /** Real images: `fashion-mnist:train`, `cifar10:test`, a folder of PNG files, or an `.npz` of images or statistics. */
  reference: string;
  metrics: readonly MetricName[];
  extractor: ExtractorName;
  /** File of the weights of the Inception network. */
  weights?: string;
  /** Range of the pixels of floats in `.npz` files. */
  range?: FloatRange;
  /** At most so many samples; needed for a model, which has no end. */
  count?: number;
  /** Images per network call. */
  batch?: number;
  seed: number;
  /** Processes that share drawing and features of samples that are drawn. */
  workers: number;
  backend?: string;
  /** What samples are drawn in. @defaultValue `'float32'` */
  precision?: Precision;
  /** Whether features of the reference are kept for the next time. */
  cache: boolean;
  out: string;
}

/** Where the report goes unless `--out` says otherwise. */
export const EVALUATE_OUT = 'runs/evaluate';

/** Checks what the command line gave. */
export function checkEvaluateOptions(options: EvaluateCommandOptions): void {
  const { extractor, weights, range, count, batch, seed, workers } = options;
  if (!extractorNames.includes(extractor))
    throw new UsageError(`--extractor is ${String(extractor)}; it must be one of ${extractorNames.join(', ')}`);
  if (extractor === 'inception' && weights === undefined)
    throw new UsageError(
      '--extractor inception needs --weights FILE, the network of pytorch-fid as safetensors; see --help',
    );
  if (extractor !== 'inception' && weights !== undefined)
    throw new UsageError(`--weights belongs to --extractor inception; ${extractor} brings its own`);
  if (range !== undefined && !floatRanges.includes(range))
    throw new UsageError(`--range is ${String(range)}; it must be one of ${floatRanges.join(', ')}`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new UsageError(`--seed is ${seed}; it must be an integer of at least 0`);
  for (const [name, value, least] of [
    ['--count', count, 2],
    ['--batch', batch, 1],
    ['--workers', workers, 1],
  ] as const)
    // prettier-ignore
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
      throw new UsageError(`${name} is ${value}; it must be an integer of at least ${least}`);
}
