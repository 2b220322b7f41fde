import * as tf from '@tensorflow/tfjs-core';
import { foldIn, key as newKey, type Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ddpmSampler } from './ddpm-sampler.ts';
import { initialState } from './reverse-chain.ts';
import type { SamplerStart, SamplerStep, SampleShape, SamplesOf } from './sampler-options.ts';
import { beyond } from './streams.ts';
import type { DecodeOptions } from './stroke-edit.ts';

/** Options of {@link sharedLatent}. */
export type SharedLatentOptions<Shape extends SampleShape = SampleShape, Samples extends tf.Tensor = tf.Tensor> = Omit<
  DecodeOptions,
  'keys'
> &
  SamplerStart<Shape, Samples> & {
    /** The step t whose x_t is shared, 1…T: the larger, the less the samples have in common. */
    t: number;
    /** How many samples are decoded from each x_t. */
    copies: number;
  };

/**
 * Samples that share their latent x_t: the chain runs from T to t once, x_t is copied, and every copy is finished with noise of its
 * own. What the copies agree on is what x_t has decided.
 *
 * @param model what `sampler` takes
 * @param schedule as for the sampler
 * @param options `shape` (of the shared part) or `xT`, `t`, `copies`, `sampler`, `key`, `cond` (one per shared latent), `signal`,
 * `preview`
 * @returns an async generator: one {@link SamplerStep} per step (T…t + 1 of the shared part, then t…1), then the samples
 * `[B · copies, …]`, copies of one latent next to each other; the caller disposes them
 * @throws (at the first `next()`) RangeError if `t` is no step or `copies` no count, and what the sampler throws
 *
 * Source: Ho, Jain, Abbeel 2020 (arXiv:2006.11239), section 4.3, figure 7.
 *
 * @example
 * ```ts
 * import { run, sharedLatent } from '@diffgan/samplers';
 * import { vpSchedule } from '@diffgan/schedule';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = (xt: tf.Tensor) => tf.zerosLike(xt);
 * const options = { shape: [2, 8, 8, 1], t: 5, copies: 4 };
 * const samples = await run(sharedLatent(model, vpSchedule(10), options)); // [8, 8, 8, 1]
 * ```
 */
export async function* sharedLatent<Shape extends SampleShape, Samples extends tf.Tensor = SamplesOf<Shape>>(
  model: Model,
  schedule: NoiseSchedule,
  options: SharedLatentOptions<Shape, Samples>,
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { shape, xT, t, copies, sampler = ddpmSampler, key = newKey(0), cond, ...rest } = options;
  if (!(Number.isInteger(t) && t >= 1 && t <= schedule.steps))
    throw new RangeError(`sharedLatent: t is ${t}; give a step from 1 to ${schedule.steps}`);
  if (!(Number.isSafeInteger(copies) && copies >= 1))
    throw new RangeError(`sharedLatent: copies is ${copies}; give a whole number ≥ 1`);
  const held: tf.Tensor[] = [];
  try {
    const start = (shape ? { shape } : { xT }) as SamplerStart;
    const shared = { ...rest, ...start, key, cond };
    const latent =
      t === schedule.steps
        ? initialState(shared)
        : yield* drawn<Samples>(sampler(model, schedule, { ...shared, until: t }));
    held.push(latent);
    const [xt, conds] = [latent, cond].map((x) => x && repeated(x, copies));
    held.push(xt!, ...(conds ? [conds] : []));
    const own = foldIn(key, beyond(schedule.steps));
    return yield* drawn<Samples>(sampler(model, schedule, { ...rest, key: own, cond: conds, xT: xt!, from: t }));
  } finally {
    tf.dispose(held);
  }
}

/** A chain of states of the shape of x_T. */
const drawn = <Samples extends tf.Tensor>(chain: AsyncGenerator<SamplerStep, tf.Tensor>) =>
  chain as AsyncGenerator<SamplerStep<Samples>, Samples>;

function repeated(x: tf.Tensor, copies: number): tf.Tensor {
  return tf.tidy(() => tf.concat(tf.split(x, x.shape[0]).flatMap((part) => new Array<tf.Tensor>(copies).fill(part))));
}
