import { dpmSolverSampler, eulerAncestralSampler, eulerSampler, heunSampler, uniPcSampler } from '@diffgan/samplers';

/**
 * Samplers that walk down a grid of σ and ask the network between its steps, by the names they have on the command line, with those of
 * the settings `eta`, `order` and `solver` that each of them takes.
 */
export const solvers = {
  euler: { draw: eulerSampler, takes: [] },
  'euler-ancestral': { draw: eulerAncestralSampler, takes: ['eta'] },
  heun: { draw: heunSampler, takes: [] },
  'dpm-solver': { draw: dpmSolverSampler, takes: ['eta', 'order', 'solver'] },
  unipc: { draw: uniPcSampler, takes: ['order'] },
} as const;

/** Name of a solver. */
export type SolverName = keyof typeof solvers;

/** All of them. */
export const solverNames = Object.keys(solvers) as SolverName[];

/** Whether a sampler is a solver. */
export const isSolver = (sampler: string): sampler is SolverName => sampler in solvers;

/**
 * Names of the solvers that take a setting.
 *
 * @example
 * ```ts
 * solversThatTake('eta'); // ['euler-ancestral', 'dpm-solver']
 * ```
 */
export const solversThatTake = (setting: 'eta' | 'order' | 'solver'): SolverName[] =>
  solverNames.filter((name) => (solvers[name].takes as readonly string[]).includes(setting));
