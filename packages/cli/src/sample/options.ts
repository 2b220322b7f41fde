import { isSpacing, type SamplerName, samplerNames, type SamplingConfig, spacingNames } from '@diffgan/hub';
import type { Prediction, VarianceKind } from '@diffgan/objectives';
import { UsageError } from '@diffgan/runs/errors';
import type { Precision } from '@diffgan/runtime';
import { type Shard, shardOf } from '../shards/shard.ts';

/** What samples can be written as. */
export const formatNames = ['png', 'grid', 'npz', 'gif', 'csv'] as const;

/** What samples can be written as: files of single images, one picture, arrays, the chain, points. */
export type FormatName = (typeof formatNames)[number];

/** Options of the sample command. */
export interface SampleOptions {
  /** Folder of a run or a network, or `shipped`. */
  from: string;
  /** @defaultValue 100, or as many as there are seeds */
  count?: number;
  /** Samples per network call. @defaultValue 100 images, 1000 points */
  batch?: number;
  seed: number;
  /** One for each sample, in place of `seed`. */
  seeds?: readonly number[];
  /** Takes the place of what the run says. */
  sampling: Partial<SamplingConfig>;
  schedule?: string;
  classifier?: string;
  /** Folder of the worse model of autoguidance. */
  worse?: string;
  /** @defaultValue png and grid of images, csv and grid of points */
  formats?: readonly FormatName[];
  workers: number;
  /** Which part of the samples to draw. @defaultValue all */
  shard?: Shard;
  backend?: string;
  /** What the network computes in. @defaultValue `'float32'` */
  precision?: Precision;
  out: string;
}

/** Where samples go unless `--out` says otherwise. */
export const SAMPLE_OUT = 'runs/samples';

/** The flags of the sample command as the command line gives them. */
export interface SampleFlags {
  from: string;
  count?: number;
  sampler?: string;
  steps?: number;
  spacing?: string;
  sigmas?: string;
  eta?: number;
  order?: number;
  solver?: string;
  rederiveEps?: boolean;
  clip?: boolean;
  clipBeforeGuidance?: boolean;
  predicts?: string;
  variance?: string;
  guidance?: number;
  guidanceScale?: number;
  guidanceForm?: string;
  classifier?: string;
  autoguidance?: string;
  labels?: string;
  schedule?: string;
  seed: number;
  seeds?: string;
  batch?: number;
  format?: string;
  workers: number;
  shard?: string;
  backend?: string;
  precision?: Precision;
  out: string;
}

const predictions: readonly Prediction[] = ['eps', 'x0', 'v', 'mean'];
const guidanceForms = ['eps', 'mean'] as const;
const secondOrders = ['midpoint', 'heun'] as const;
const variances: readonly VarianceKind[] = ['fixedLarge', 'fixedSmall', 'learned', 'learnedRange'];

/**
 * Checks what the command line gave, as far as that can be done without the network.
 *
 * @throws UsageError naming the flag, its value and what is allowed
 */
export function sampleOptions(flags: SampleFlags): SampleOptions {
  const { from, schedule, classifier, backend, precision, out, seed, batch, workers } = flags;
  const seeds = flags.seeds === undefined ? undefined : integers('--seeds', flags.seeds);
  checkInteger('--seed', seed, 0);
  checkInteger('--count', flags.count, 1);
  checkInteger('--batch', batch, 1);
  checkInteger('--workers', workers, 1);
  if (workers > 256) throw new UsageError(`--workers is ${workers}; it must be at most 256`);
  if (seeds && flags.count !== undefined && flags.count !== seeds.length)
    throw new UsageError(`--count is ${flags.count}, but --seeds has ${seeds.length}; leave out --count`);
  const [worse] = autoguidanceOf(flags.autoguidance);
  const given = { schedule, classifier, worse, backend, precision, batch, count: flags.count ?? seeds?.length, seeds };
  return {
    ...dropMissing(given),
    ...{ from, seed, workers, out, sampling: samplingOf(flags) },
    ...(flags.format !== undefined && { formats: formatsOf(flags.format) }),
    ...(flags.shard !== undefined && ofShard(shardOf(flags.shard), flags)),
  };
}

/** A part of the samples is written as arrays, which can be put together again. */
function ofShard(shard: Shard, { format = 'npz' }: SampleFlags): Pick<SampleOptions, 'shard' | 'formats'> {
  if (format !== 'npz') throw new UsageError(`--format is ${format}; a --shard is written as npz, for diffgan merge`);
  return { shard, formats: ['npz'] };
}

/** Checks the flags that say how samples are drawn. */
export function samplingOf(flags: Partial<SampleFlags>): Partial<SamplingConfig> {
  const { steps, spacing, eta, order, rederiveEps, clip, clipBeforeGuidance, guidance, guidanceScale } = flags;
  if (guidance !== undefined && guidanceScale !== undefined)
    throw new UsageError('--guidance w and --guidance-scale 1 + w say the same; give one of them');
  if (eta !== undefined && !(eta >= 0 && eta <= 1)) throw new UsageError(`--eta is ${eta}; it must lie in [0, 1]`);
  if (spacing !== undefined && !isSpacing(spacing))
    throw new UsageError(
      `--spacing is ${spacing}; it must be one of ${spacingNames.join(', ')}, leading+1, or the steps, such as 1,500,1000`,
    );
  if (order !== undefined && ![1, 2, 3].includes(order))
    throw new UsageError(`--order is ${order}; it must be 1, 2 or 3`);
  return dropMissing({
    sampler: oneOf<SamplerName>('--sampler', flags.sampler, samplerNames),
    predicts: oneOf('--predicts', flags.predicts, predictions),
    variance: oneOf('--variance', flags.variance, variances),
    guidance: guidanceScale === undefined ? guidance : guidanceScale - 1,
    guidanceForm: oneOf('--guidance-form', flags.guidanceForm, guidanceForms),
    autoguidance: autoguidanceOf(flags.autoguidance)[1],
    labels: flags.labels === undefined ? undefined : integers('--labels', flags.labels),
    sigmas: flags.sigmas === undefined ? undefined : sigmasOf(flags.sigmas),
    solver: oneOf('--solver', flags.solver, secondOrders),
    ...{ steps, spacing, eta, order: order as SamplingConfig['order'], rederiveEps, clip, clipBeforeGuidance },
  });
}

/** `runs/early:2` as a folder and the scale. */
function autoguidanceOf(text: string | undefined): readonly [worse?: string, scale?: number] {
  if (text === undefined) return [];
  const colon = text.lastIndexOf(':');
  const [worse, scale] = [text.slice(0, Math.max(0, colon)), Number(text.slice(colon + 1) || NaN)];
  if (worse !== '' && scale >= 0 && scale <= 1000) return [worse, scale];
  throw new UsageError(
    `--autoguidance is ${text}; write the folder of a worse model and the scale, from 0 to 1000, such as runs/early:2`,
  );
}

const dropMissing = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

function formatsOf(text: string): FormatName[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names)].flatMap((name) => oneOf<FormatName>('--format', name, formatNames) ?? []);
}

function oneOf<T extends string>(flag: string, value: string | undefined, known: readonly T[]): T | undefined {
  if (value === undefined || known.includes(value as T)) return value as T | undefined;
  throw new UsageError(`${flag} is ${value}; it must be one of ${known.join(', ')}`);
}

function sigmasOf(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const falls = values.every((value, i) => value >= 0 && value < (i === 0 ? Infinity : values[i - 1]));
  if (values.length >= 2 && falls) return values;
  throw new UsageError(
    `--sigmas is ${text}; write at least two falling noise levels with commas between, such as 80,10,1,0`,
  );
}

function integers(flag: string, text: string): number[] {
  const values = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (values.every(Number.isSafeInteger)) return values;
  throw new UsageError(`${flag} is ${text}; write whole numbers of at least 0 with commas between, such as 0,1,2`);
}

function checkInteger(flag: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
    throw new UsageError(`${flag} is ${value}; it must be a whole number of at least ${least}`);
}
