import { PipelineError } from './pipeline-error.ts';
import { isSpacing, samplerNames, type SamplingConfig } from './sampling-config.ts';

const oneOf =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    names.includes(value as string);

const MAX_LABELS = 65_536;
const MAX_SIGMAS = 10_000;

/** What each key may be, so that a file from outside cannot bring anything else. */
const fits: Readonly<Record<keyof SamplingConfig, (value: unknown) => boolean>> = {
  sampler: oneOf(...samplerNames),
  steps: Number.isSafeInteger,
  spacing: isSpacing,
  sigmas: (value) => Array.isArray(value) && value.length <= MAX_SIGMAS && value.every(Number.isFinite),
  order: (value) => value === 1 || value === 2 || value === 3,
  eta: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  clip: (value) => typeof value === 'boolean',
  predicts: oneOf('eps', 'x0', 'v', 'mean'),
  variance: oneOf('fixedLarge', 'fixedSmall', 'learned', 'learnedRange'),
  guidance: Number.isFinite,
  labels: (value) => Array.isArray(value) && value.length <= MAX_LABELS && value.every(Number.isSafeInteger),
};

/**
 * How a run says that it is drawn from.
 *
 * @throws PipelineError naming the key that is wrong.
 */
export function readSampling(name: string, json: unknown): SamplingConfig {
  const given: Readonly<Record<string, unknown>> = { ...(json as object) };
  const keys = Object.keys(fits).filter((key) => key === 'sampler' || given[key] !== undefined);
  for (const key of keys) {
    if (fits[key as keyof SamplingConfig](given[key])) continue;
    const value = String(JSON.stringify(given[key])).slice(0, 60);
    throw new PipelineError(`${name}: sampling.${key} in config.json is ${value}, which it cannot be`);
  }
  return Object.fromEntries(keys.map((key) => [key, given[key]])) as unknown as SamplingConfig;
}
