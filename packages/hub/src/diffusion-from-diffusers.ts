import { show } from '@diffgan/config';
import type { Prediction, VarianceKind } from '@diffgan/objectives';
import { parseSchedule } from '@diffgan/schedule';
import type { JsonRecord } from './json-record.ts';
import type { ModelDiffusion } from './model-diffusion.ts';
import type { SamplerName, SamplingConfig } from './sampling-config.ts';
import { MAX_STEPS } from './schedule-config.ts';

/** What {@link diffusionFromDiffusers} makes of a scheduler. */
export interface DiffusersDiffusion extends ModelDiffusion {
  /** What the scheduler asks for and samplers here do not do, one sentence each. */
  notes: string[];
}

/** Samplers that do what a scheduler does; others of the same family differ in their integrator alone. */
const samplers: readonly [RegExp, SamplerName][] = [
  [/^DDPM/, 'ddpm'],
  [/^(DDIM|PNDM|LMS)/, 'ddim'],
  [/Ancestral/, 'euler-ancestral'],
  [/^(Euler|EDMEuler)/, 'euler'],
  [/^(Heun|KDPM2)/, 'heun'],
  [/^DPMSolver|^DEIS|^EDMDPM/, 'dpm-solver'],
  [/^UniPC/, 'unipc'],
];
const predictions: Readonly<Record<string, Prediction>> = { epsilon: 'eps', sample: 'x0', v_prediction: 'v' };
const variances: Readonly<Record<string, VarianceKind>> = {
  ...{
    fixed_small: 'fixedSmall',
    fixed_small_log: 'fixedSmall',
    fixed_large: 'fixedLarge',
    fixed_large_log: 'fixedLarge',
  },
  ...{ learned: 'learned', learned_range: 'learnedRange' },
};
const ranged = ['linear', 'scaled_linear', 'sigmoid'];
const unranged = { squaredcos_cap_v2: 'squaredcos_cap_v2', laplace: 'laplace' } as const;

/**
 * The diffusion that a `scheduler_config.json` of diffusers describes, which stands beside their networks: betas and their ends, what the
 * network predicts, clipping, zero terminal SNR, and how steps are spaced.
 *
 * @param json what `JSON.parse` gives; not trusted
 * @returns schedule, sampling and spacing, and what could not be taken over
 * @throws RangeError naming the field that describes another kind of model, or none
 * @see diffusers, `SchedulerMixin`: what a field means where it is missing is what its `DDPMScheduler` takes
 * @example
 * ```ts
 * import { diffusionFromDiffusers } from '@diffgan/hub';
 *
 * const { schedule, sampling } = diffusionFromDiffusers({ _class_name: 'DDIMScheduler', beta_schedule: 'scaled_linear' });
 * schedule; // 'scaled_linear:1000,start=0.0001,end=0.02'
 * sampling.sampler; // 'ddim'
 * ```
 */
export function diffusionFromDiffusers(json: unknown): DiffusersDiffusion {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refusal('it', json, 'an object');
  const config = json as JsonRecord;
  const name = oneField(config, '_class_name', 'DDPMScheduler');
  const sampler = samplers.find(([pattern]) => pattern.test(name))?.[1];
  if (sampler === undefined)
    throw refusal('_class_name', name, 'a scheduler of DDPM, DDIM, Euler, Heun, DPM-Solver or UniPC');
  const schedule = scheduleOf(config);
  return {
    schedule,
    sampling: samplingOf(config, sampler),
    spacing: spacingOf(config, sampler),
    notes: notesOf(config),
  };
}

function scheduleOf(config: JsonRecord): ModelDiffusion['schedule'] {
  const steps = countField(config, 'num_train_timesteps', { usual: 1000, least: 1 });
  const zeroSnr = config.rescale_betas_zero_snr === true;
  if (Array.isArray(config.trained_betas)) return trainedBetas(config.trained_betas as unknown[], zeroSnr);
  const name = oneField(config, 'beta_schedule', 'linear');
  const [start, end] = [betaField(config, 'beta_start', 1e-4), betaField(config, 'beta_end', 0.02)];
  const known = [...ranged, ...Object.keys(unranged)];
  if (!known.includes(name)) throw refusal('beta_schedule', name, `one of ${known.join(', ')}`);
  const ends = ranged.includes(name) ? `,start=${start},end=${end}` : '';
  const text = `${name}:${steps}${ends}${zeroSnr ? ',zero-snr' : ''}`;
  parseSchedule(text);
  return text;
}

function trainedBetas(betas: readonly unknown[], zeroSnr: boolean): readonly number[] {
  if (zeroSnr) throw refusal('rescale_betas_zero_snr', true, 'false beside trained_betas');
  const valid =
    betas.length >= 1 && betas.length <= MAX_STEPS && betas.every((b) => typeof b === 'number' && b > 0 && b < 1);
  if (!valid) throw refusal('trained_betas', betas, `1 to ${MAX_STEPS} numbers between 0 and 1`);
  return betas as number[];
}

function samplingOf(config: JsonRecord, sampler: SamplerName): SamplingConfig {
  const predicts = predictions[oneField(config, 'prediction_type', 'epsilon')];
  if (predicts === undefined)
    throw refusal('prediction_type', config.prediction_type, `one of ${Object.keys(predictions).join(', ')}`);
  const variance = variances[oneField(config, 'variance_type', 'fixed_small')];
  if (sampler === 'ddpm' && variance === undefined)
    throw refusal('variance_type', config.variance_type, `one of ${Object.keys(variances).join(', ')}`);
  // other schedulers of diffusers do not clip
  const clip = ['ddpm', 'ddim'].includes(sampler) && (config.clip_sample ?? true) === true;
  return {
    ...{ sampler, predicts, clip },
    ...(sampler === 'ddpm' && { variance }),
    ...(sampler === 'ddim' && { rederiveEps: false }), // use_clipped_model_output is an argument of their step, false unless given
    ...solverOf(config),
  };
}

/** Of their DPM-Solver what can be said here. */
function solverOf({ _class_name: name, solver_order: order, solver_type: type }: JsonRecord): Partial<SamplingConfig> {
  const takesOrder = /^(DPMSolverMultistep|UniPC)/.test(String(name));
  return {
    ...(takesOrder && (order === 1 || order === 2 || order === 3) && { order }),
    ...(/^DPMSolverMultistep/.test(String(name)) && (type === 'midpoint' || type === 'heun') && { solver: type }),
  };
}

function spacingOf(config: JsonRecord, sampler: SamplerName): string {
  const usual = ['ddpm', 'ddim'].includes(sampler) ? 'leading' : 'linspace';
  const spacing = oneField(config, 'timestep_spacing', usual);
  if (!['leading', 'trailing', 'linspace'].includes(spacing))
    throw refusal('timestep_spacing', spacing, 'one of leading, trailing, linspace');
  const offset = countField(config, 'steps_offset', { usual: 0, least: 0 });
  return spacing === 'leading' && offset !== 0 ? `leading+${offset}` : spacing;
}

function notesOf(config: JsonRecord): string[] {
  const {
    clip_sample_range: range = 1,
    thresholding,
    set_alpha_to_one: toOne = true,
    use_karras_sigmas: karras,
  } = config;
  return [
    ...(range === 1 ? [] : [`clip_sample_range is ${show(range)}; samplers here clip to 1`]),
    ...(thresholding === true ? ['thresholding is on; samplers here do not threshold unless they are told to'] : []),
    ...(toOne === false ? ['set_alpha_to_one is false; the last step here leads to the example itself'] : []),
    ...(karras === true ? ["use_karras_sigmas is on; ask for it with the spacing 'karras'"] : []),
  ];
}

function oneField(config: JsonRecord, field: string, usual: string): string {
  const value = config[field] ?? usual;
  if (typeof value !== 'string') throw refusal(field, value, 'a text');
  return value;
}

function countField(config: JsonRecord, field: string, { usual, least }: { usual: number; least: number }): number {
  const value = config[field] ?? usual;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= MAX_STEPS) return value;
  throw refusal(field, value, `a whole number from ${least} to ${MAX_STEPS}`);
}

function betaField(config: JsonRecord, field: string, usual: number): number {
  const value = config[field] ?? usual;
  if (!(typeof value === 'number' && value > 0 && value < 1)) throw refusal(field, value, 'a number between 0 and 1');
  return value;
}

const refusal = (field: string, value: unknown, allowed: string): RangeError =>
  new RangeError(`diffusionFromDiffusers: ${field} is ${show(value)}; it must be ${allowed}`);
