import type { DdpmUnetConfig } from '@diffgan/unet';
import type { Workload } from './cases.ts';
import type { Column } from './columns.ts';
import type { GameFiles, GameSetting } from './games.ts';

/** Coefficients of the reverse chain of a workload, one entry per step; PyTorch takes them from here. */
export interface ChainTables {
  positions: number[];
  alphaBar: number[];
  posteriorX0: number[];
  posteriorXt: number[];
  /** √β̃_t. */
  posteriorSigma: number[];
}

/** What a worker says of its first steps on common inputs and weights. */
export interface CheckResult {
  /** Number of parameters; onnxruntime does not know. */
  parameters?: number;
  /** Of the network; of a game, the average of its generator's first kernel when it ends. */
  output: number[];
  /** Gradient of the loss by the kernel of the first convolution, which everything else stands behind; of a game, the norms of all. */
  gradient?: number[];
  /** Losses of some steps of Adam. */
  losses?: number[];
}

/** What a worker can be asked, with parameters and results. */
export interface Requests {
  hello: [params: { threads: number; column: Column; onnxruntime?: string }, result: { version: string }];
  check: [params: { network: DdpmUnetConfig; weights: string; inputs: string; model: string }, result: CheckResult];
  /** Exports the network for onnxruntime; answered by PyTorch. */
  onnx: [params: { network: DdpmUnetConfig; weights: string; path: string }, result: null];
  /** Makes everything a workload needs, and runs it until it is warm. */
  prepare: [params: { workload: Workload; tables: ChainTables; weights?: string; model?: string }, result: unknown];
  /** Runs the prepared workload once. */
  time: [params: object, result: { ms: number }];
  /** Plays the draws of a file. */
  checkGame: [params: { setting: GameSetting; files: GameFiles }, result: CheckResult];
  /** Makes a game that `time` plays for `setting.steps` steps, and plays it until it is warm. */
  prepareGame: [params: { setting: GameSetting; files: GameFiles }, result: null];
  /** Trains for some steps; tells the memory now and then. */
  trainingRun: [
    params: { network: DdpmUnetConfig; steps: number; batch: number; memoryEvery?: number },
    result: { losses: number[]; memory: { step: number; bytes: number; tensors: number }[] },
  ];
  /** Means, covariances and Fréchet distance of the sets `real` and `fake` in a file; of a few vectors to warm up. */
  fid: [
    params: { features: string; warmUp: boolean },
    result: { statisticsMs: number; distanceMs: number; value: number; version: string },
  ];
  /** Frees what was prepared. */
  release: [params: object, result: null];
}

/** Name of a request. */
export type Method = keyof Requests;

/** A line to a worker. */
export interface Request {
  id: number;
  method: Method;
  params: object;
}

/** A line from a worker. */
export type Reply = { id: number; result?: unknown } | { id: number; error: string };
