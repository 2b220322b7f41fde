/**
 * Noise schedules as plain float64 data.
 *
 * @module @diffgan/schedule
 */
export type { BetaRangeOptions, ScaleOptions } from './beta-range.ts';
export { constantSchedule, type ConstantScheduleOptions } from './constant-schedule.ts';
export { cosineSchedule, type CosineScheduleOptions } from './cosine-schedule.ts';
export { edmSchedule } from './edm-schedule.ts';
export { gammaToAlphaSigma, type AlphaSigma, type GammaToAlphaSigmaOptions } from './gamma-to-alpha-sigma.ts';
export { karrasSigmas, type KarrasSigmasOptions } from './karras-sigmas.ts';
export { laplaceSchedule, type LaplaceScheduleOptions } from './laplace-schedule.ts';
export { linearGamma, type LinearGammaOptions } from './linear-gamma.ts';
export { linearSchedule, type LinearScheduleOptions } from './linear-schedule.ts';
export { makeSchedule, type ScheduleName, type ScheduleOptions } from './make-schedule.ts';
export type { NoiseSchedule, ThinnedFrom } from './noise-schedule.ts';
export { parseSchedule } from './parse-schedule.ts';
export { posteriorBetween, type StridedPosterior } from './posterior-between.ts';
export { quadraticSchedule, type QuadraticScheduleOptions } from './quadratic-schedule.ts';
export { rescalePositions } from './rescale-positions.ts';
export { rescaleZeroTerminalSnr } from './rescale-zero-terminal-snr.ts';
export { respace, type RespaceSpec } from './respace.ts';
export { scheduleFromBetas, type ScheduleFromBetasOptions } from './schedule-from-betas.ts';
export { sigmoidSchedule, type SigmoidScheduleOptions } from './sigmoid-schedule.ts';
export { vpSchedule, type VpScheduleOptions } from './vp-schedule.ts';
