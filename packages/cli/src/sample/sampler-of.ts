import * as tf from '@tensorflow/tfjs-core';
import type { Key } from '@diffgan/ops';
import {
  type Compile,
  ddganSampler,
  ddimSampler,
  ddpmSampler,
  dpmSolverSampler,
  eulerAncestralSampler,
  eulerSampler,
  heunSampler,
  type SamplerStep,
  uniPcSampler,
  vdmSampler,
} from '@diffgan/samplers';
import { solverNames } from '../run/sampling-config.ts';
import { ablatedGenerator } from './ablated-generator.ts';
import { checkSampling } from './check-sampling.ts';
import { type Drawable, labelOf } from './drawable.ts';
import { guidedNetwork, hasLearnedVariance } from './guided-network.ts';
import { gridOf, respaced } from './respaced.ts';

/** What differs from batch to batch. */
export type BatchOptions = { shape: number[]; signal?: AbortSignal; preview?: boolean } & (
  { key: Key; keys?: undefined } | { key?: undefined; keys: readonly Key[] }
);

/** Draws one batch, the first sample of which has the number `first` in the whole. */
export type DrawBatch = (options: BatchOptions, first: number) => AsyncGenerator<SamplerStep, tf.Tensor>;

const vdmSteps = 100;

/**
 * The sampler of a configuration with all its options; `compile` makes graphs of what the network does.
 *
 * @throws UsageError when the network, its schedule and the configuration do not fit together
 */
export function samplerOf(drawable: Drawable, compile?: Compile): DrawBatch {
  checkSampling(drawable);
  const chain = chainOf(drawable, compile);
  return async function* (options, first) {
    const [batch] = options.shape;
    const labels = Array.from({ length: batch }, (_, i) => labelOf(drawable, first + i));
    const cond = labels[0] === undefined ? undefined : tf.tensor1d(labels as number[], 'int32');
    try {
      return yield* chain({ ...options, cond });
    } finally {
      cond?.dispose();
    }
  };
}

type Chain = (options: BatchOptions & { cond?: tf.Tensor }) => ReturnType<DrawBatch>;

function chainOf(drawable: Drawable, compile?: Compile): Chain {
  const { sampling, shape } = drawable;
  const { sampler, steps, predicts, eta, order, sigmas } = sampling;
  const images = shape.length === 3;
  if (typeof drawable.schedule === 'function') {
    const gamma = drawable.schedule;
    const how = { steps: steps ?? vdmSteps, decode: images ? 'argmax' : 'none', clip: sampling.clip } as const;
    const network = guidedNetwork(drawable, undefined, compile);
    return (options) => vdmSampler(network, gamma, { ...options, ...how, predicts: notMean(predicts) });
  }
  const schedule = respaced(drawable.schedule, sampling);
  if (sampler === 'ddgan') {
    const { generator, ...own } = ablatedGenerator(drawable, schedule);
    return (options) => ddganSampler(generator, own.schedule, { ...options, latentDim: own.latentDim, compile });
  }
  // Solvers ask between the steps, where the whole schedule knows the noise level.
  const known = solverNames.includes(sampler) ? drawable.schedule : schedule;
  const network = guidedNetwork(drawable, known, compile);
  const { clip = images } = sampling;
  if (sampler === 'ddpm') {
    const thinned = schedule.steps < drawable.schedule.steps;
    const fixed = thinned ? 'fixedSmall' : 'fixedLarge';
    const variance = sampling.variance ?? (hasLearnedVariance(drawable.model) ? 'learnedRange' : fixed);
    return (options) => ddpmSampler(network, schedule, { ...options, clip, predicts, variance });
  }
  if (sampler === 'ddim') return (options) => ddimSampler(network, schedule, { ...options, clip, predicts, eta });
  const solver = {
    euler: eulerSampler,
    'euler-ancestral': eulerAncestralSampler,
    heun: heunSampler,
    'dpm-solver': dpmSolverSampler,
    unipc: uniPcSampler,
  }[sampler as 'euler'];
  const how = { clip, predicts: notMean(predicts), sigmas, spacing: gridOf(sampling.spacing), eta, order };
  return (options) => solver(network, schedule, { ...options, ...how });
}

/** checkSampling has refused it where it cannot be. */
const notMean = (predicts: Drawable['sampling']['predicts']) => predicts as Exclude<typeof predicts, 'mean'>;
