import { type GivenSettings, type JsonObject, resolveConfig, toJson } from '@diffgan/runs';
import type { Training } from '../training.ts';
import { trainingIdentity } from './identity.ts';
import { sourcesOf } from './sources.ts';
import { scaled } from './workplace.ts';

const FEWEST_STEPS = 20;

/** What stands for the trainings that another one needs, by the settings that name them. */
export type Sources = Readonly<Partial<Record<'teacher' | 'init', string>>>;

/** A training with its settings. */
export interface ResolvedTraining {
  /** What `diffgan train` is told, given the folders of the trainings that this one needs. */
  readonly given: (folders: Sources) => GivenSettings;
  /** What it makes of that, with the identities of those trainings in the place of their folders. */
  readonly settings: JsonObject;
  readonly identity: string;
}

/** The settings of a training at a scale, and so of those that it needs. */
export async function resolveTraining(training: Training, scale: number): Promise<ResolvedTraining> {
  const needed = sourcesOf(training).map(async ([name, source]) => {
    const { identity } = await resolveTraining(source, scale);
    return [name, identity] as const;
  });
  const identities: Sources = Object.fromEntries(await Promise.all(needed));
  const whole = await settingsOf(given(training, identities, {}));
  const length = scale === 1 ? {} : lengthOf(whole, scale);
  const settings = scale === 1 ? whole : await settingsOf(given(training, identities, length));
  return { given: (folders) => given(training, folders, length), settings, identity: trainingIdentity(settings) };
}

/** What makes the settings of a training those of a shorter one. */
function lengthOf({ training }: JsonObject, scale: number): Training['set'] {
  const { steps, warmup } = training as { steps: number; warmup?: number };
  return {
    'training.steps': scaled(steps, scale, FEWEST_STEPS),
    ...(warmup !== undefined && { 'training.warmup': scaled(warmup, scale, 1) }),
  };
}

function given({ preset, seed, set }: Training, sources: Sources, more: Training['set']): GivenSettings {
  const all = Object.entries({ ...set, ...more, ...sources });
  return { preset, seed, set: all.map(([path, value]) => `${path}=${JSON.stringify(value)}`) };
}

const settingsOf = async (told: GivenSettings): Promise<JsonObject> => toJson((await resolveConfig(told)).config);
