/**
 * The experiments of the papers as data, and what trains, measures and writes their pages: `diffgan reproduce`. For Node.
 *
 * @module @diffgan/experiments
 */
export type { Experiment, How, Page, Sheet } from './experiment.ts';
export { type Claim, type Judgement, type ResultsOf } from './claim.ts';
export { claims } from './claims.ts';
export { experiments } from './experiments.ts';
export type { DrawnFigure, Figure, LineFigure } from './figure.ts';
export type * from './measurement.ts';
export { type MeasurementResult, Results, type ResultsFile, type TrainingResult } from './results.ts';
export type { Sampling } from './sampling.ts';
export { compare, formatSpread, type Spread, spreadOf } from './spread.ts';
export type { StudentOf, StudentValues } from './student-measurement.ts';
export type { Json, Training } from './training.ts';
export { type Checked, checkResults, formatChecked } from './reproduce/check.ts';
export { formatList, type ListedExperiment, listExperiments } from './reproduce/list.ts';
export type { ReproduceOptions } from './reproduce/options.ts';
export { reproduce, type Reproduced } from './reproduce/reproduce.ts';
export { writePages } from './reproduce/write-results.ts';
