/**
 * Training loops, EMA, optimisers and exact checkpoints.
 *
 * @module @diffgan/training
 */
export { adam, adamW } from './adam.ts';
export { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
export { cosineDecay } from './cosine-decay.ts';
export { ema } from './ema.ts';
export { trainDdgan } from './train-ddgan.ts';
export { trainDdpm } from './train-ddpm.ts';
export { setParameters, TrainedNetwork } from './trained-network.ts';
export { TrainingDivergedError } from './training-diverged-error.ts';
export type { AdamOptions, AdamWOptions, Optimizer, OptimizerStep } from './adam.ts';
export type { Checkpoint } from './checkpoint.ts';
export type { CosineDecayOptions } from './cosine-decay.ts';
export type { EmaOptions } from './ema.ts';
export type { DdganNetworks, TrainDdganOptions } from './train-ddgan.ts';
export type { TrainDdpmOptions } from './train-ddpm.ts';
export type { NetworkVectors } from './trained-network.ts';
export type { CheckpointOptions, TrainEvent, TrainOptions, TrainResult } from './train-loop.ts';
