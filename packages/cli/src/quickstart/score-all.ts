import { fashionCnn, type FidScore } from '@diffgan/fid';
import type { ImagePipeline } from '@diffgan/hub';
import { floorScore, keysOf, score, scoreNoise, timedSamples } from '@diffgan/runs';
import type { Terminal } from '../terminal/terminal.ts';

/** Images per network call when drawing. */
export const BATCH = 100;

/** FID of the network of a run, of the DDPM that it starts from, of the shipped one, of noise, and of other real images. */
export interface QuickstartScores {
  fresh: FidScore;
  start: FidScore;
  shipped: FidScore;
  noise: FidScore;
  floor: FidScore;
}

/** How fast images were drawn. */
export interface Timing {
  networkCalls: number;
  batch: number;
  secondsPerBatch: number;
}

/** Scores the networks by the same number of images. */
export async function scoreAll(
  pipelines: Readonly<Record<'fresh' | 'start' | 'shipped', ImagePipeline>>,
  { seed, count, terminal, signal }: { seed: number; count: number; terminal: Terminal; signal: AbortSignal },
): Promise<{ scores: QuickstartScores; sampling: Timing }> {
  const extractor = await fashionCnn();
  const keys = keysOf(seed);
  const timings: number[] = [];
  const scoreOf = async (pipeline: ImagePipeline, label: string) => {
    const onProgress = (done: number) => terminal.progress(done / count, `${label}: ${done}/${count} images`);
    const options = { count, batch: BATCH, key: keys.samples, signal, onProgress };
    const { samples, secondsPerBatch } = await timedSamples(pipeline, options);
    terminal.finish();
    timings.push(secondsPerBatch);
    try {
      return await score(extractor, samples, signal);
    } finally {
      samples.dispose();
    }
  };
  try {
    const fresh = await scoreOf(pipelines.fresh, 'this run');
    const start = await scoreOf(pipelines.start, 'its start');
    const shipped = await scoreOf(pipelines.shipped, 'shipped weights');
    const noise = await scoreNoise(extractor, { count, key: keys.noise, signal });
    const { schedule } = pipelines.fresh;
    const networkCalls = typeof schedule === 'function' ? NaN : schedule.steps;
    const sampling = { networkCalls, batch: BATCH, secondsPerBatch: Math.min(...timings) };
    return { scores: { fresh, start, shipped, noise, floor: await floorScore() }, sampling };
  } finally {
    extractor.dispose();
  }
}
