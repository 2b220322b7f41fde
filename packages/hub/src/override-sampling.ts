import type { SamplingConfig } from './sampling-config.ts';

/** What is given takes the place of what the model says; the options of one sampler mean nothing to another. */
export function overrideSampling(own: SamplingConfig, given: Partial<SamplingConfig>): SamplingConfig {
  const {
    sampler = own.sampler,
    steps,
    spacing,
    sigmas,
    eta,
    order,
    solver,
    rederiveEps,
    clip,
    clipBeforeGuidance,
    predicts,
    sigmaData,
    variance,
    guidance,
    guidanceForm,
    autoguidance,
    labels,
  } = given;
  const grid = { steps, spacing, sigmas };
  const how = { eta, order, solver, rederiveEps, clip, clipBeforeGuidance, predicts, sigmaData, variance };
  const changes = { sampler, ...grid, ...how, guidance, guidanceForm, autoguidance, labels };
  const another = sampler !== own.sampler && { steps: undefined, spacing: undefined, sigmas: undefined };
  const ofOne = { eta: undefined, order: undefined, solver: undefined, rederiveEps: undefined, variance: undefined };
  const kept = another ? { ...own, ...another, ...ofOne, guidanceForm: undefined } : own;
  // sigmas and steps exclude each other: what is given now counts
  const regrid = sigmas
    ? { steps: undefined, spacing: undefined }
    : (steps ?? spacing) !== undefined && { sigmas: undefined };
  const reclip = clipBeforeGuidance && { clip: undefined };
  return { ...defined({ ...kept, ...regrid, ...reclip }), ...defined(changes), sampler };
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
