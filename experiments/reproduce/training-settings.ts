import { type GivenSettings, type JsonObject, resolveConfig, toJson } from '@diffgan/runs';
import type { Training } from '../training.ts';
import { trainingIdentity } from './identity.ts';
import { scaled } from './workplace.ts';

const FEWEST_STEPS = 20;

/** A training with its settings. */
export interface ResolvedTraining {
  /** What `diffgan train` is told. */
  readonly given: GivenSettings;
  /** What it makes of that. */
  readonly settings: JsonObject;
  readonly identity: string;
}

/** The settings of a training at a scale. */
export async function resolveTraining(training: Training, scale: number): Promise<ResolvedTraining> {
  const whole = given(training, {});
  const settings = await settingsOf(whole);
  if (scale === 1) return { given: whole, settings, identity: trainingIdentity(settings) };
  const { steps, warmup } = settings.training as { steps: number; warmup?: number };
  const short = given(training, {
    'training.steps': scaled(steps, scale, FEWEST_STEPS),
    ...(warmup !== undefined && { 'training.warmup': scaled(warmup, scale, 1) }),
  });
  const shortened = await settingsOf(short);
  return { given: short, settings: shortened, identity: trainingIdentity(shortened) };
}

function given({ preset, seed, set }: Training, more: Training['set']): GivenSettings {
  const all = Object.entries({ ...set, ...more });
  return { preset, seed, set: all.map(([path, value]) => `${path}=${JSON.stringify(value)}`) };
}

const settingsOf = async (told: GivenSettings): Promise<JsonObject> => toJson((await resolveConfig(told)).config);
