import type { MetricName } from '@diffgan/fid';
import {
  type ExtractorName,
  extractorNames,
  type FloatRange,
  floatRanges,
  type ResizeName,
  resizeNames,
} from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { Precision } from '@diffgan/runtime';
import type { Shard } from '../shards/shard.ts';

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
  /** How images become as large as the Inception network takes them: as the program did whose scores are compared. */
  resize?: ResizeName;
  /** Range of the pixels of floats in `.npz` files. */
  range?: FloatRange;
  /** Height and width that the images of folders get. */
  size?: readonly [height: number, width: number];
  /** What lies behind the transparent pixels of images in folders. */
  background?: 'black' | 'white';
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
  /** Whether mean and covariance of the features of the samples become a file. */
  saveStatistics: boolean;
  /** Make the features of this part of the samples alone. */
  shard?: Shard;
  out: string;
}

/** Where the report goes unless `--out` says otherwise. */
export const EVALUATE_OUT = 'runs/evaluate';

/** Checks what the command line gave. */
export function checkEvaluateOptions(options: EvaluateCommandOptions): void {
  const { extractor, weights, resize, range, background, count, batch, seed, workers } = options;
  if (!extractorNames.includes(extractor))
    throw new UsageError(`--extractor is ${String(extractor)}; it must be one of ${extractorNames.join(', ')}`);
  if (extractor === 'inception' && weights === undefined)
    throw new UsageError(
      '--extractor inception needs --weights FILE, the network of pytorch-fid as safetensors; see --help',
    );
  if (extractor !== 'inception' && weights !== undefined)
    throw new UsageError(`--weights belongs to --extractor inception; ${extractor} brings its own`);
  if (resize !== undefined && !resizeNames.includes(resize))
    throw new UsageError(`--resize is ${String(resize)}; it must be one of ${resizeNames.join(', ')}`);
  if (resize !== undefined && extractor !== 'inception')
    throw new UsageError(`--resize belongs to --extractor inception; ${extractor} takes images of 28×28 alone`);
  if (background !== undefined && !['black', 'white'].includes(background))
    throw new UsageError(`--background is ${String(background)}; it must be black or white`);
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

/** The size of a text such as `32` or `16x24`, height first. */
export function parseSize(text: string): readonly [height: number, width: number] {
  const [, height, width = height] = /^(\d{1,4})(?:[x×](\d{1,4}))?$/.exec(text) ?? [];
  const size = [Number(height), Number(width)] as const;
  if (size.every((side) => side >= 1)) return size;
  throw new UsageError(`--size is ${text}; write a number of pixels such as 32, or height and width such as 16x24`);
}
