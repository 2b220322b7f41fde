import { object, parse, type Schema } from '@diffgan/config';
import { linearGamma, type NoiseSchedule } from '@diffgan/schedule';
import type { ChainParts, GeneratorAblations } from './chain-parts.ts';
import { gammaFromSafetensors } from './gamma-file.ts';
import type { JsonRecord } from './json-record.ts';
import { DIFFUSION_FILE, parseModelDiffusion } from './model-diffusion.ts';
import { type OpenFiles, readFile, readText } from './model-files.ts';
import { MissingScheduleError, PipelineError } from './pipeline-error.ts';
import { type SamplingConfig, samplingSchema } from './sampling-config.ts';
import { type GammaConfig, gammaSchema, type ScheduleConfig, scheduleSchema } from './schedule-config.ts';
import { scheduleFromConfig } from './schedule-from-config.ts';

/** What a folder says of its model: where the network lies, and how samples are drawn from it. */
export interface ModelDescription extends Pick<ChainParts, 'sampling' | 'ablations'> {
  role: 'generator' | 'denoiser';
  /** Path of the folder of the network. */
  path: string;
  schedule: ChainParts['schedule'];
  /** How steps are spaced where fewer are asked for than the schedule has and no spacing is. */
  spacing?: string;
}

/** What is known besides the folder. */
export interface DescriptionOptions {
  /** Folder of the network inside that of a run. */
  network?: string;
  /** Takes the place of what the folder says. */
  schedule?: NoiseSchedule;
  signal?: AbortSignal;
}

/**
 * Reads `config.json`: that of a run, whose networks lie in folders beside it, or that of a network.
 *
 * @throws PipelineError when it is neither, or nothing can be drawn from what it describes.
 */
export async function describeModel(files: OpenFiles, options: DescriptionOptions): Promise<ModelDescription> {
  const config = parseJson(files, await readText(files, 'config.json', options.signal));
  if (typeof config.kind === 'string') return describeNetwork(files, config, options);
  if (typeof config.task === 'string') return describeRun(files, config, options);
  throw new PipelineError(
    `${files.name}: config.json describes neither a network nor a run of diffgan train; give the folder of one`,
  );
}

function parseJson(files: OpenFiles, text: string, file = 'config.json'): JsonRecord {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as JsonRecord;
  } catch (cause) {
    throw new PipelineError(`${files.name}: ${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new PipelineError(`${files.name}: ${file} holds no object`);
}

async function describeNetwork(
  files: OpenFiles,
  { kind, ...config }: JsonRecord,
  { schedule, signal }: DescriptionOptions,
): Promise<ModelDescription> {
  const { role, sampler } = drawnFrom(files, String(kind));
  const described = (own: ChainParts['schedule'], sampling: SamplingConfig): ModelDescription => ({
    ...{ role, path: '', schedule: own, sampling },
  });
  const told = kind === 'vdm-denoiser' ? undefined : await readDiffusion(files, signal);
  // another schedule does not change what the network predicts
  if (told) return { ...described(schedule ?? told.noise, told.sampling), spacing: told.spacing };
  if (schedule) return described(schedule, { sampler });
  if (kind !== 'vdm-denoiser')
    throw new MissingScheduleError(
      `${files.name} does not tell the noise schedule that its ${String(kind)} was trained with; give it as options.schedule`,
    );
  const { gamma0, gamma1 } = config as { gamma0?: number; gamma1?: number };
  return described(linearGamma({ gamma0, gamma1 }), { sampler: 'vdm' });
}

/** What stands beside a network that came from another program, or nothing. */
async function readDiffusion(files: OpenFiles, signal?: AbortSignal) {
  let text: string;
  try {
    text = await readText(files, DIFFUSION_FILE, signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
  return parseModelDiffusion(parseJson(files, text, DIFFUSION_FILE), files.name);
}

/** The role of a network in a pipeline, and its sampler where no run says another. */
function drawnFrom(files: OpenFiles, kind: string): { role: ModelDescription['role']; sampler: 'ddgan' | 'ddpm' } {
  if (kind.endsWith('generator')) return { role: 'generator', sampler: 'ddgan' };
  if (/(denoiser|unet)$/.test(kind)) return { role: 'denoiser', sampler: 'ddpm' };
  throw new PipelineError(`${files.name} holds a ${kind.slice(0, 60)}, from which nothing can be drawn`);
}

const roles = { ddgan: 'generator', distil: 'generator', ddpm: 'denoiser', vdm: 'denoiser' } as const;

async function describeRun(
  files: OpenFiles,
  config: JsonRecord,
  options: DescriptionOptions,
): Promise<ModelDescription> {
  const { task, training } = config;
  const known = Object.hasOwn(roles, String(task)) ? (task as keyof typeof roles) : undefined;
  if (known === undefined)
    throw new PipelineError(
      `${files.name} is the run of a ${String(task).slice(0, 60)}, from which nothing can be drawn`,
    );
  const role = roles[known];
  return {
    role,
    path: `${options.network ?? role}/`,
    schedule: options.schedule ?? (await scheduleOf(files, config, options)),
    sampling: checked(files, samplingPart, { sampling: config.sampling }).sampling,
    ...(known === 'ddgan' && { ablations: ablationsOf(training) }),
  };
}

function ablationsOf(training: unknown): GeneratorAblations {
  const { noLatent, noiseGeneration, oneShotAug } = { ...(training as GeneratorAblations) };
  return { noLatent: noLatent === true, noiseGeneration: noiseGeneration === true, oneShotAug: oneShotAug === true };
}

async function scheduleOf(
  files: OpenFiles,
  { task, schedule }: JsonRecord,
  { signal }: DescriptionOptions,
): Promise<ChainParts['schedule']> {
  if (task === 'vdm') return learnedGamma(files, signal);
  const config = checked(files, schedulePart, { schedule }).schedule;
  try {
    return scheduleFromConfig(config);
  } catch (cause) {
    throw refusal(files, 'schedule', cause);
  }
}

const MAX_GAMMA_BYTES = 1 << 24; // a network of 1024 neurons has 16 kB

async function learnedGamma(files: OpenFiles, signal?: AbortSignal): Promise<(t: number) => number> {
  const json = parseJson(files, await readText(files, 'gamma/config.json', signal));
  const config = checked(files, gammaPart, { gamma: json }).gamma;
  const bytes = await readFile(files, 'gamma/model.safetensors', { maxBytes: MAX_GAMMA_BYTES, signal });
  return gammaFromSafetensors(config, bytes).catch((cause) => {
    throw refusal(files, 'gamma', cause);
  });
}

const samplingPart = object<{ sampling: SamplingConfig }>({ sampling: samplingSchema });
const schedulePart = object<{ schedule: ScheduleConfig }>({ schedule: scheduleSchema });
const gammaPart = object<{ gamma: GammaConfig }>({ gamma: gammaSchema });

/** A part of `config.json`, which may come from anywhere. */
const checked = <T>({ name }: OpenFiles, schema: Schema<T>, part: unknown): T =>
  parse(schema, part, (problem) => new PipelineError(`${name}: ${problem}; config.json says so`));

/** Says which part of which model it was that is out of range. */
const refusal = (files: OpenFiles, part: string, cause: unknown): PipelineError =>
  new PipelineError(`${files.name}: ${part}: ${(cause as Error).message}`, { cause });
