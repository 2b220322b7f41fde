import * as tf from '@tensorflow/tfjs-core';
import { normal } from '@diffgan/ops';
import { ddganSampler, ddpmSampler, run, type SamplerStep } from '@diffgan/samplers';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { Networks, PointGame } from './point-game.ts';
import { scalesOf } from './scales.ts';
import { taken } from './taken.ts';

const WAYS = 24;
const COUNT = { game: 1000, ddpm: 400 };

interface Part {
  readonly xT: tf.Tensor2D;
  readonly from: number;
  readonly until: number;
  readonly key: PointGame['sampleKey'];
}

/** A part of the reverse chain of some networks. */
export const samplerOf =
  (networks: Networks) =>
  (schedule: NoiseSchedule, part: Part): AsyncGenerator<SamplerStep, tf.Tensor2D> =>
    'denoiser' in networks
      ? ddpmSampler(networks.denoiser, schedule, { ...part, clip: false, variance: 'fixedSmall' })
      : ddganSampler(networks.generator, schedule, part);

/** Samples, and the ways of the first of them: their places at x_T … x_0 in standard deviations of each, one step after another. */
export async function samplesAndWays(game: PointGame): Promise<{ samples: Float32Array; ways: Float32Array }> {
  const { schedule, shown, sampleKey: key, mixture } = game;
  const scales = scalesOf(mixture, schedule);
  const ways: Float32Array[] = [];
  let x = normal<tf.Rank.R2>(key, [COUNT['denoiser' in shown ? 'ddpm' : 'game'], 2]);
  const note = async (t: number) =>
    ways.push((await taken(tf.slice(x, 0, WAYS))).map((coordinate) => coordinate / scales[t]));
  try {
    await note(schedule.steps);
    for (let t = schedule.steps; t >= 1; t--) {
      const next = await run(samplerOf(shown)(schedule, { xT: x, from: t, until: t - 1, key }));
      x.dispose();
      x = next;
      await note(t - 1);
    }
    return { samples: Float32Array.from(await x.data<'float32'>()), ways: joined(ways) };
  } finally {
    x.dispose();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
