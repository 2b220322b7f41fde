import type { SamplingConfig } from './sampling-config.ts';

/** What is given takes the place of what the model says; the options of one sampler mean nothing to another. */
export function overrideSampling(own: SamplingConfig, given: Partial<SamplingConfig>): SamplingConfig {
  const { sampler = own.sampler, steps, eta, clip, predicts, variance, guidance, labels } = given;
  const changes = { sampler, steps, eta, clip, predicts, variance, guidance, labels };
  const kept = sampler === own.sampler ? own : { ...own, steps: undefined, eta: undefined, variance: undefined };
  return { ...defined(kept), ...defined(changes), sampler };
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
