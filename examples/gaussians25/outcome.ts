import { readdir, readFile } from 'node:fs/promises';
import type { Plan } from './plans.ts';

/** What a run came to. */
export interface Outcome {
  plan: Plan;
  steps: number;
  minutes: number;
  /** Network calls for a sample. */
  calls: number;
  /** Modes that were found, of 25. */
  modes: number;
  /** Share of the samples within three standard deviations of a centre. */
  highQuality: number;
  /** Divergence from equally likely modes, in nats. */
  kl: number;
  backend: string;
  /** Path of the scatter plot. */
  picture: string;
}

/** The part of `result.json` that counts here. */
interface Result {
  steps: number;
  seconds: number;
  backend: string;
  scores: Pick<Outcome, 'modes' | 'highQuality' | 'kl'>;
  config: { schedule: { steps?: number; betas?: number[] } };
}

/** Reads what `diffgan train` left in the folder of a finished run. */
export async function outcomeOf(plan: Plan, folder: string): Promise<Outcome> {
  const { steps, seconds, backend, scores, config } = JSON.parse(
    await readFile(`${folder}/result.json`, 'utf8'),
  ) as Result;
  const { modes, highQuality, kl } = scores;
  const pictures = (await readdir(`${folder}/samples`)).filter((name) => name.endsWith('.svg')).sort();
  return {
    ...{ plan, steps, backend, modes, highQuality, kl },
    minutes: seconds / 60,
    calls: config.schedule.betas?.length ?? config.schedule.steps!,
    picture: `${folder}/samples/${pictures.at(-1)}`,
  };
}
