import { basename, dirname, resolve } from 'node:path';
import { isJsonObject, type Json, type JsonObject, merge, toJson } from '../config/merge.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../errors.ts';
import { runPreset } from '../presets/presets.ts';
import { networkPreset, networkPresetNames } from '../run/network-preset.ts';
import type { RecordsConfig } from '../run/records-config.ts';
import { asRunConfig } from '../run/run-config.ts';
import { version } from '../run/version.ts';
import type { RunConfig } from '../tasks/tasks.ts';

/** What the command line says of the settings of a run; each line on top of those before it. */
export interface GivenSettings {
  /** Name of a preset to start from. */
  preset?: string;
  /** JSON file with settings, which may name a preset itself. */
  config?: string;
  /** Single settings, such as `training.batch=64`. */
  set?: readonly string[];
  seed?: number;
  backend?: string;
  /** Folder of a run or of a network, or name of a shipped model, whose weights the networks start from. */
  init?: string;
  steps?: number;
  images?: number;
  minutes?: number;
  /** What convolutions and matrix products compute in. */
  precision?: string;
}

/** Resolved settings and a name for the folder of their run. */
export interface NamedConfig {
  name: string;
  config: RunConfig;
}

const lengths = ['steps', 'images', 'minutes'] as const;

/**
 * Settings from preset, file and command line, checked down to the last key.
 *
 * @throws UsageError naming the path of the setting that is wrong, and the nearest known name.
 * @example
 * ```ts
 * const { name, config } = await resolveConfig({ preset: 'gaussians25-ddgan', set: ['training.batch=64'] });
 * ```
 */
export async function resolveConfig(given: GivenSettings): Promise<NamedConfig> {
  const file = given.config === undefined ? {} : await readConfigFile(given.config);
  const changes = [file, ...(given.set ?? []).map(parseSetting), settingsOf(given)];
  const preset = given.preset ?? presetOf(file);
  if (preset === null && given.config === undefined)
    throw new UsageError(
      'train: nothing says what to train; give --preset (--list-presets lists them) or --config file.json',
    );
  const config = asRunConfig(complete(changes.reduce(mergeRuns, await startFrom(preset, changes)), preset));
  return { name: given.config === undefined ? String(preset) : nameOf(given.config), config };
}

/**
 * The settings of a run with the length that is given, if one is, in the place of its own.
 *
 * @example
 * ```ts
 * const { config } = await resolveConfig({ preset: 'gaussians25-ddgan', minutes: 5 });
 * withLength(config, { steps: 100 }).training; // has steps: 100, and no minutes
 * ```
 */
export function withLength(config: RunConfig, given: Pick<GivenSettings, (typeof lengths)[number]>): RunConfig {
  const length = Object.fromEntries(
    lengths.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
  return Object.keys(length).length === 0 ? config : asRunConfig(mergeRuns(toJson(config), { training: length }));
}

/** The name of a file with settings; that of the folder for `config.json` of a run. */
function nameOf(file: string): string {
  const name = basename(file, '.json');
  return name === 'config' ? basename(dirname(resolve(file))) : name;
}

/** The preset that a file starts from; the settings of a run, which name theirs, are complete without it. */
function presetOf({ preset = null, command }: JsonObject): string | null {
  if (preset !== null && typeof preset !== 'string')
    throw new UsageError(`preset is ${JSON.stringify(preset).slice(0, 60)}; it must be the name of a preset`);
  return command === undefined ? preset : null;
}

async function startFrom(preset: string | null, changes: readonly JsonObject[]): Promise<JsonObject> {
  if (preset === null) return {};
  const { config } = runPreset(preset);
  return toJson(typeof config === 'function' ? await config(changes.reduce(mergeRuns)) : config);
}

/** Merges settings; a run has one length, so that a new one takes the place of the old. */
function mergeRuns(base: JsonObject, changes: JsonObject): JsonObject {
  const ends =
    isJsonObject(changes.training) && lengths.some((name) => Object.hasOwn(changes.training as object, name));
  const none = { training: Object.fromEntries(lengths.map((name) => [name, null])) };
  return merge(ends && isJsonObject(base.training) ? merge(base, none) : base, changes) as JsonObject;
}

/** `training.batch=64` as an object; what is no JSON is a text. */
function parseSetting(setting: string): JsonObject {
  const equals = setting.indexOf('=');
  const keys = setting.slice(0, Math.max(0, equals)).split('.');
  if (keys.includes('') || keys.length > 8)
    throw new UsageError(`--set ${setting.slice(0, 60)}: it must be path=value, such as --set training.batch=64`);
  const value = setting.slice(equals + 1);
  return keys.reduceRight<Json>((inner, key) => Object.fromEntries([[key, inner]]), jsonOrText(value)) as JsonObject;
}

function jsonOrText(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function settingsOf({ seed, backend, init, ...given }: GivenSettings): JsonObject {
  const training = ([...lengths, 'precision'] as const).flatMap((name) =>
    given[name] === undefined ? [] : [[name, given[name]] as const],
  );
  return {
    ...(seed !== undefined && { seed }),
    ...(backend !== undefined && { backend }),
    ...(init !== undefined && { init }),
    ...(training.length > 0 && { training: Object.fromEntries(training) }),
  };
}

/** Fills in what is left to this program. */
function complete(settings: JsonObject, preset: string | null): JsonObject {
  const { networks, records, sampling } = settings;
  return {
    seed: 0,
    ...settings,
    command: 'train',
    version,
    preset: preset ?? settings.preset ?? null,
    ...(isJsonObject(networks) && { networks: Object.fromEntries(Object.entries(networks).map(namedNetwork)) }),
    ...((records === undefined || isJsonObject(records)) && { records: { ...recordsFor(settings), ...records } }),
    ...(isJsonObject(sampling) && { sampling: { ...toldSampler(settings, sampling), ...sampling } }),
  };
}

/** What the sampler must know of the training. */
function toldSampler({ training }: JsonObject, { sampler }: JsonObject): JsonObject {
  if (!isJsonObject(training)) return {};
  const { predicts, variance, edm } = training;
  return {
    ...(predicts !== undefined && { predicts }),
    ...(isJsonObject(edm) && edm.sigmaData !== undefined && { sigmaData: edm.sigmaData }),
    ...(variance !== undefined && sampler === 'ddpm' && { variance }),
  };
}

/** A network may be given as a preset of `@diffgan/unet`, such as `fashion-mnist-small/generator`. */
function namedNetwork([name, network]: [string, Json]): [string, Json] {
  if (typeof network !== 'string') return [name, network];
  const config = networkPreset(network);
  if (config === undefined)
    throw new UsageError(
      `networks.${name.slice(0, 60)} is ${JSON.stringify(network.slice(0, 60))}; it must be an object or one of ${networkPresetNames.join(', ')}`,
    );
  return [name, toJson(config)];
}

/** A long run is written down every so many steps, a short one about twenty times. */
function recordsFor({ data, training }: JsonObject): { [K in keyof RecordsConfig]: number } {
  const steps = isJsonObject(training) ? stepsOf(training) : Infinity;
  const every = (share: number, most: number) => Math.max(10, Math.min(most, Math.round(share * steps)));
  const points = isJsonObject(data) && typeof data.name === 'string' && data.name.includes('gaussians');
  return {
    checkpointEvery: every(1 / 20, 500),
    picturesEvery: every(1 / 10, 1000),
    pictureCount: points ? 2000 : 64,
    validationEvery: every(1 / 10, 1000),
    validationBatches: 10,
    metricEvery: 0,
    metricCount: 1000,
  };
}

/** Steps of a run whose settings may be wrong; Infinity where only the clock ends it. */
function stepsOf({ steps, images, batch = 32, criticSteps = 1 }: JsonObject): number {
  const number = (value: Json) => (typeof value === 'number' && value > 0 ? value : Infinity);
  const perStep = number(batch) * number(criticSteps);
  return Math.min(number(steps ?? null), perStep === Infinity ? Infinity : number(images ?? null) / perStep);
}
