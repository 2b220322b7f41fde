/**
 * The experiments of the papers as data: what `diffgan reproduce` trains, measures and says.
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
export type { Json, Training } from './training.ts';
