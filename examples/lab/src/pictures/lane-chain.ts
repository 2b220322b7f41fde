import * as tf from '@tensorflow/tfjs-core';
import type { ImagePipeline } from '@diffgan/hub';
import { callModel, foldIn, key, type Model } from '@diffgan/ops';
import {
  ddganSampler,
  type DdganSamplerOptions,
  ddimSampler,
  ddpmSampler,
  inpaint,
  type Sampler,
  type SamplerStep,
  strokeEdit,
} from '@diffgan/samplers';
import { type NoiseSchedule, respace } from '@diffgan/schedule';
import { drawsBetween } from './draws.ts';
import { type LaneName, lanes } from './lanes.ts';
import type { DrawRequest } from './messages.ts';
import { stepsOf } from './shown-guesses.ts';

type Chain = AsyncGenerator<SamplerStep<tf.Tensor4D>, tf.Tensor4D>;

/** What is painted is drawn with other noise than the pictures that it is painted on. */
const EDIT_STREAM = 2 ** 20;

/** A chain x_T → x_0 of one lane, which shows its x_t as well as x̂_0. */
export interface LaneChain {
  readonly chain: Chain;
  /** x_t of the step before the last event, until the next one. */
  readonly state: () => tf.Tensor4D;
  /** Frees all that is left when the chain has ended. */
  readonly dispose: () => void;
}

/**
 * The chain that a lane draws.
 *
 * @param base the pictures that a mask is filled in, `[count, …]`; not disposed.
 */
export function laneChain(
  lane: LaneName,
  pipeline: ImagePipeline,
  request: DrawRequest,
  options: { base?: tf.Tensor4D; signal: AbortSignal },
): LaneChain {
  const held: tf.Tensor[] = [];
  let state: tf.Tensor4D | undefined;
  const network = networkOf(pipeline);
  const bounded = lanes[lane].sampler === 'ddgan'; // the other samplers clip x̂_0 themselves
  /** The network, whose input is kept to be looked at. */
  const watched: Model = (...inputs) => {
    state?.dispose();
    state = tf.keep(tf.clone(inputs[0] as tf.Tensor4D));
    const output = callModel(network, inputs);
    return bounded ? tf.clipByValue(output, -1, 1) : output;
  };
  const chain = chainOf({ lane, pipeline, watched, held }, request, options);
  return { chain, state: () => state!, dispose: () => tf.dispose([...held, ...(state ? [state] : [])]) };
}

interface Drawing {
  readonly lane: LaneName;
  readonly pipeline: ImagePipeline;
  readonly watched: Model;
  /** What is disposed in the end. */
  readonly held: tf.Tensor[];
}

function chainOf(
  { lane, pipeline, watched, held }: Drawing,
  request: DrawRequest,
  { base, signal }: { base?: tf.Tensor4D; signal: AbortSignal },
): Chain {
  const { task, seed, count } = request;
  const [latentDim, schedule] = [latentDimOf(pipeline), scheduleOf(lane, pipeline)];
  const sampler = samplerOf(lane, latentDim);
  const cond = labelsOf(pipeline, request);
  if (cond) held.push(cond);
  const common = { signal, preview: true, cond };
  const shape = [count, ...pipeline.imageShape!] as const;
  if (task.type === 'draw') {
    const draws = drawsBetween([seed, (seed + 1) % 2 ** 32], task.between, { shape, latentDim });
    held.push(draws.xT);
    return sampler(watched, schedule, { ...common, ...draws }) as Chain;
  }
  const keys = Array.from({ length: count }, (_, i) => foldIn(foldIn(key(seed), EDIT_STREAM), i));
  const painted = task.type === 'strokes' ? task.painted : task.mask;
  const image = tf.tensor<tf.Rank.R4>(painted, [1, ...pipeline.imageShape!]);
  held.push(image);
  if (task.type === 'fill')
    return inpaint(watched, schedule, {
      ...{ ...common, keys, sampler },
      ...{ x0: base!, mask: image, resamplings: task.resamplings },
    });
  const x0 = tf.tile(image, [count, 1, 1, 1]);
  held.push(x0);
  const t = stepsOf(schedule.steps, task.share);
  return strokeEdit(watched, schedule, { ...common, keys, sampler, x0, t });
}

/** The sampler of a lane; only a generator has a latent. */
function samplerOf(lane: LaneName, latentDim: number): Sampler {
  const { sampler } = lanes[lane];
  if (sampler === 'ddgan')
    return (model, schedule, options: DdganSamplerOptions) => ddganSampler(model, schedule, { ...options, latentDim });
  if (sampler === 'ddim') return ddimSampler;
  return (model, schedule, options) => ddpmSampler(model, schedule, { ...options, variance: 'fixedLarge' });
}

/** Steps that a lane takes: all, or some of those the network was trained with. */
function scheduleOf(lane: LaneName, { schedule }: ImagePipeline): NoiseSchedule {
  const whole = schedule as NoiseSchedule; // none of the lanes has γ(t)
  const { sampler } = lanes[lane];
  return sampler === 'ddim' ? respace(whole, lanes[lane].calls) : whole;
}

/** The class that each picture is told to be of, as `diffgan sample` has it; none where the network is told none. */
function labelsOf({ labels }: ImagePipeline, { label, count }: DrawRequest): tf.Tensor1D | undefined {
  if (labels.length === 0) return undefined;
  const told = Array.from({ length: count }, (_, i) => label ?? i % labels.length);
  return tf.tensor1d(told, 'int32');
}

const networkOf = ({ networks: { generator, denoiser } }: ImagePipeline) => (generator ?? denoiser)!;

const latentDimOf = ({ networks: { generator } }: ImagePipeline): number => Number(generator?.inputs[1].shape[1] ?? 0);
