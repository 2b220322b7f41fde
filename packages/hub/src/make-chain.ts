import * as tf from '@tensorflow/tfjs-core';
import type { Prediction } from '@diffgan/objectives';
import type { Key } from '@diffgan/ops';
import { type Compile, ddganSampler, ddimSampler, ddpmSampler, type SamplerStep, vdmSampler } from '@diffgan/samplers';
import { ablatedGenerator } from './ablated-generator.ts';
import { type ChainParts, isImage, labelOf, samplingParts } from './chain-parts.ts';
import { checkSampling } from './check-sampling.ts';
import { clipping } from './clipping.ts';
import { guidedNetwork } from './guided-network.ts';
import { gridOf, respaced } from './respaced.ts';
import { samplerPrediction } from './sampler-prediction.ts';
import { isSolver, solvers } from './solvers.ts';
import { stepVariance } from './step-variance.ts';

/** What differs from batch to batch. */
export type ChainOptions = { shape: number[]; signal?: AbortSignal; preview?: boolean } & (
  { key: Key; keys?: undefined } | { key?: undefined; keys: readonly Key[] }
);

/** Draws one batch, the first sample of which has the number `first` in the whole. */
export type Chain = (options: ChainOptions, first: number) => AsyncGenerator<SamplerStep, tf.Tensor>;

const VDM_STEPS = 100;

/**
 * The sampler of a configuration with all its options; `compile` makes graphs of what the network does.
 *
 * @throws PipelineError when the network, its schedule and the configuration do not fit together
 */
export function makeChain(parts: ChainParts, compile?: Compile): Chain {
  checkSampling(samplingParts(parts));
  const chain = unlabelledChain(parts, compile);
  return async function* (options, first) {
    const [batch] = options.shape;
    const labels = Array.from({ length: batch }, (_, i) => labelOf(parts, first + i)).filter((l) => l !== undefined);
    const cond = labels.length === 0 ? undefined : tf.tensor1d(labels, 'int32');
    try {
      return yield* chain({ ...options, cond });
    } finally {
      cond?.dispose();
    }
  };
}

type UnlabelledChain = (options: ChainOptions & { cond?: tf.Tensor }) => ReturnType<Chain>;

function unlabelledChain(parts: ChainParts, compile?: Compile): UnlabelledChain {
  const { sampling, schedule } = parts;
  if (typeof schedule === 'function') return vdmChain(parts, schedule, compile);
  const { sampler, spacing, sigmas, eta, order, solver, rederiveEps } = sampling;
  const predicts = samplerPrediction(sampling);
  const thinned = respaced(schedule, sampling);
  if (sampler === 'ddgan') {
    const { generator, ...own } = ablatedGenerator(parts, thinned);
    return (options) => ddganSampler(generator, own.schedule, { ...options, latentDim: own.latentDim, compile });
  }
  // Solvers ask between the steps, where the whole schedule knows the noise level.
  const denoiser = guidedNetwork(parts, isSolver(sampler) ? schedule : thinned, compile);
  const clip = clipping(parts).after;
  if (sampler === 'ddpm') {
    const variance = stepVariance(parts, thinned);
    return (options) => ddpmSampler(denoiser, thinned, { ...options, clip, predicts, variance });
  }
  if (!isSolver(sampler))
    return (options) => ddimSampler(denoiser, thinned, { ...options, clip, predicts, eta, rederiveEps });
  const { draw } = solvers[sampler];
  const how = { clip, predicts: notMean(predicts), sigmas, spacing: gridOf(spacing), eta, order, solver };
  return (options) => draw(denoiser, thinned, { ...options, ...how });
}

function vdmChain(parts: ChainParts, gamma: (t: number) => number, compile?: Compile): UnlabelledChain {
  const { steps = VDM_STEPS, clip } = parts.sampling;
  const predicts = notMean(samplerPrediction(parts.sampling));
  const denoiser = guidedNetwork(parts, undefined, compile);
  const decode = isImage(parts.network) ? 'argmax' : 'none';
  return (options) => vdmSampler(denoiser, gamma, { ...options, steps, clip, decode, predicts });
}

/** checkSampling has refused it where it cannot be. */
const notMean = (predicts?: Prediction) => (predicts === 'mean' ? undefined : predicts);
