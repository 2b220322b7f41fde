import type { Tensor } from '@tensorflow/tfjs-core';
import { type BatchOptions, BatchSampler, type CompileNetwork } from './batch-sampler.ts';
import { type ChainParts, classCount, type GeneratorAblations, sampleShapeOf, samplingParts } from './chain-parts.ts';
import { checkSampling } from './check-sampling.ts';
import type { Pipeline, PipelineNetworks } from './pipeline.ts';
import { PipelineError } from './pipeline-error.ts';
import { batchOptions, type SampleEvent, sampleEvents, type SampleOptions } from './sample-events.ts';
import { sampling as samplingOf } from './sampling.ts';

/** Parts of {@link createPipeline}. */
export interface PipelineParts extends Pick<Pipeline, 'schedule' | 'sampling'> {
  /** Networks made by factories of `@diffgan/unet`; one of generator and denoiser. They stay the caller's. */
  networks: PipelineNetworks;
  /** What it is called in messages. @defaultValue `'the model'` */
  name?: string;
  /** How a generator was trained otherwise than others. */
  ablations?: GeneratorAblations;
  /** The model card. */
  card?: string;
  /** Makes graphs of network calls. @defaultValue none */
  compile?: CompileNetwork;
}

/**
 * A pipeline of networks in memory.
 *
 * @returns a pipeline whose `dispose` leaves the networks alone.
 * @throws PipelineError when networks, schedule and sampling do not fit together.
 * @example
 * ```ts
 * const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
 * const pipeline = createPipeline({
 *   networks: { generator },
 *   schedule: vpSchedule(4),
 *   sampling: { sampler: 'ddgan' },
 * });
 * const images = await pipeline.sample({ count: 2, key: key(7) }); // [2, 28, 28, 1]
 * ```
 */
export function createPipeline(made: PipelineParts): Pipeline {
  const { name = 'the model', networks, schedule, sampling, ablations, card, compile } = made;
  const network = networks.generator ?? networks.denoiser;
  if (network === undefined)
    throw new PipelineError(`${name}: there is neither a generator nor a denoiser to draw from`);
  const { classifier, worse } = networks;
  const parts: ChainParts = { name, network, schedule, sampling, classifier, worse, ablations };
  const known = samplingParts(parts);
  checkSampling(known);
  const sampleShape = sampleShapeOf(network);
  const [height, width, channels] = sampleShape;
  const images = sampleShape.length === 3;
  const batches: Pipeline['batches'] = (options) => new BatchSampler(parts, options, compile);
  return {
    name,
    networks,
    schedule,
    sampling,
    sampleShape,
    imageShape: images ? [height, width, channels] : undefined,
    labels: Array.from({ length: classCount(known) ?? 0 }, (_, label) => String(label)),
    card,
    sample: (options) => samplingOf(drawn(batches, options, batchOptions(options, { images }))),
    batches,
    dispose: () => undefined,
  };
}

async function* drawn(
  batches: Pipeline['batches'],
  options: SampleOptions,
  how: BatchOptions,
): AsyncGenerator<SampleEvent, Tensor> {
  assertCount('count', options.count);
  assertCount('batch', how.batch);
  const sampler = batches(how);
  try {
    return yield* sampleEvents(sampler, options);
  } finally {
    sampler.dispose();
  }
}

function assertCount(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw new RangeError(`pipeline.sample: ${name} is ${value}; give a whole number of at least 1`);
}
