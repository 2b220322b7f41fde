import type { DdpmUnetConfig } from '@diffgan/unet';
import type { Turns } from './take-turns.ts';

/** What is timed. */
export type Kind = 'forward' | 'train' | 'sample-ddgan' | 'sample-ddim' | 'sample-ddpm' | 'noise';

/** What `--only` can choose. */
export const topics = [
  'forward',
  'train',
  'sample',
  'memory',
  'ddpm',
  'noise',
  'losses',
  'endurance',
  'fid',
  'ddgan',
  'curves',
] as const;

/** One of {@link topics}. */
export type Topic = (typeof topics)[number];

/** What a worker prepares and runs. */
export interface Workload {
  kind: Kind;
  batch: number;
  network: DdpmUnetConfig;
  /** Steps of the chain that are timed; all unless told. */
  steps?: number;
}

/** A row of the tables. */
export interface Case extends Turns {
  topic: Topic;
  title: string;
  workload: Workload;
}

/** The U-Net of all figures: 1 623 169 parameters. */
export const referenceNetwork: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 28,
  channels: 1,
  baseChannels: 32,
  channelMultipliers: [1, 2, 2],
  blocksPerLevel: 2,
  attentionResolutions: [14],
};

/** Parameters of {@link referenceNetwork}, asserted of every worker. */
export const referenceParameters = 1_623_169;

/** Steps T of the DDPM that four-step sampling is compared with. */
export const ddpmSteps = 1000;

/** Batch of the comparison with DDPM. */
export const ddpmBatch = 16;

/** What `--backend` chooses from. */
export const benchBackends = ['tensorflow', 'wasm', 'webgpu'] as const;

/** One of {@link benchBackends}. */
export type BenchBackend = (typeof benchBackends)[number];

/** Batch of a training step on a backend. */
export const trainBatch: Readonly<Record<BenchBackend, number>> = { tensorflow: 64, wasm: 16, webgpu: 64 };

interface Effort {
  quick: boolean;
}

/** The rows of a backend's table. */
export function casesOf(backend: BenchBackend, { quick }: Effort): Case[] {
  const batches = [1, 16, 64];
  const row = (topic: Topic, title: string, kind: Kind, batch: number, steps?: number): Case => ({
    topic,
    title: `${title}, batch ${batch}`,
    workload: { kind, batch, network: referenceNetwork, ...(steps && { steps }) },
    minRounds: quick || kind === 'sample-ddim' ? 3 : 5,
    budget: quick ? 3_000 : 25_000,
  });
  const short = quick ? [1, 16] : batches;
  // fifty calls of the network on WASM at batch 64 take minutes and say what batch 16 says
  const long = quick ? [1] : backend === 'wasm' ? [1, 16] : batches;
  // a step of a thousand takes what the others take; natively all are timed, to be sure
  const timed = quick ? 20 : backend === 'wasm' ? 100 : ddpmSteps;
  const only = (of: Case): Case => ({ ...of, minRounds: 1, budget: 0 });
  return [
    ...batches.map((batch) => row('forward', 'forward', 'forward', batch)),
    row('train', 'training step', 'train', trainBatch[backend]),
    ...short.map((batch) => row('sample', '4-step sampling (DDGAN)', 'sample-ddgan', batch)),
    ...long.map((batch) => row('sample', '50-step sampling (DDIM)', 'sample-ddim', batch)),
    row('noise', 'noise of a training step', 'noise', trainBatch[backend]),
    only(row('ddpm', `${ddpmSteps}-step sampling (DDPM)`, 'sample-ddpm', ddpmBatch, timed)),
  ];
}

/** What grows along the horizontal axis of a curve. */
export type Dimension = 'batch' | 'width' | 'image size';

/** A point of a curve. */
export interface CurvePoint extends Case {
  dimension: Dimension;
  x: number;
}

const along: Record<Dimension, readonly number[]> = {
  batch: [1, 2, 4, 8, 16, 32, 64],
  width: [16, 32, 48, 64],
  'image size': [8, 16, 32, 48, 64],
};

/** The points of the curves: forward and training step along every {@link Dimension}. */
export function curvePoints({ quick }: Effort): CurvePoint[] {
  const kinds = quick ? (['forward'] as const) : (['forward', 'train'] as const);
  return kinds.flatMap((kind) =>
    (Object.keys(along) as Dimension[]).flatMap((dimension) =>
      along[dimension].map((x) => curvePoint(kind, dimension, x)),
    ),
  );
}

function curvePoint(kind: 'forward' | 'train', dimension: Dimension, x: number): CurvePoint {
  const batch = dimension === 'batch' ? x : 16;
  const imageSize = dimension === 'image size' ? x : 28;
  const baseChannels = dimension === 'width' ? x : 32;
  // attention stays at the second level, as in the reference network
  const network = { ...referenceNetwork, imageSize, baseChannels, attentionResolutions: [imageSize / 2] };
  const title = `${kind === 'train' ? 'training step' : 'forward'}, ${dimension} ${x}`;
  return { topic: 'curves', title, dimension, x, workload: { kind, batch, network }, minRounds: 3, budget: 4_000 };
}
