import { listOf, number, object, optional, parse, text, textLike } from '@diffgan/config';
import { type NoiseSchedule, parseSchedule, scheduleFromBetas } from '@diffgan/schedule';
import { PipelineError } from './pipeline-error.ts';
import { isSpacing, type SamplingConfig, samplingSchema } from './sampling-config.ts';
import { MAX_STEPS } from './schedule-config.ts';

/** Name of the file beside the `config.json` of a network that holds a {@link ModelDiffusion}. */
export const DIFFUSION_FILE = 'diffusion.json';

/** What a network alone does not tell of the diffusion that it was trained for. */
export interface ModelDiffusion {
  /** The noise schedule as a text of `parseSchedule`, such as `'scaled_linear:1000,start=0.00085,end=0.012'`, or β of every step. */
  schedule: string | readonly number[];
  /** How samples are drawn unless told otherwise. */
  sampling: SamplingConfig;
  /** How steps are spaced where fewer are taken than the schedule has; a name of `spacingNames`, or `leading+1`. */
  spacing?: string;
}

const betas = listOf(number({ above: 0, below: 1 }), { min: 1, max: MAX_STEPS });
const schema = object<{ schedule?: string; betas?: readonly number[]; sampling: SamplingConfig; spacing?: string }>({
  schedule: optional(text()),
  betas: optional(betas),
  sampling: samplingSchema,
  spacing: optional(textLike('the name of a spacing', isSpacing)),
});

/** What {@link DIFFUSION_FILE} says; it may come from anywhere. */
export function parseModelDiffusion(json: unknown, where: string): ModelDiffusion & { noise: NoiseSchedule } {
  const refusal = (problem: string) => new PipelineError(`${where}: ${problem}; ${DIFFUSION_FILE} says so`);
  const found = parse(schema, json, refusal);
  if ((found.schedule === undefined) === (found.betas === undefined))
    throw refusal('there must be a schedule or betas, and not both');
  const schedule = found.schedule ?? found.betas!;
  try {
    return { schedule, noise: noiseOf(schedule), sampling: found.sampling, spacing: found.spacing };
  } catch (cause) {
    throw new PipelineError(refusal((cause as Error).message).message, { cause });
  }
}

const noiseOf = (schedule: ModelDiffusion['schedule']): NoiseSchedule =>
  typeof schedule === 'string' ? parseSchedule(schedule) : scheduleFromBetas(Float64Array.from(schedule));

/**
 * The text of the file that `loadPipeline` reads beside the `config.json` of a network.
 *
 * @throws RangeError or TypeError for a schedule that is none
 * @example
 * ```ts
 * import { modelDiffusionJson } from '@diffgan/hub';
 *
 * modelDiffusionJson({ schedule: 'cosine:4000,positions=1000', sampling: { sampler: 'ddpm', predicts: 'eps' } });
 * ```
 */
export function modelDiffusionJson({ schedule, sampling, spacing }: ModelDiffusion): string {
  noiseOf(schedule);
  const noise = typeof schedule === 'string' ? { schedule } : { betas: schedule };
  return `${JSON.stringify({ ...noise, sampling, spacing }, null, 2)}\n`;
}
