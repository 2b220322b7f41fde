/**
 * Training loops, EMA, optimisers and exact checkpoints.
 *
 * @module @diffgan/training
 */
export { adam, adamW } from './adam.ts';
export { augmentImages } from './augment-images.ts';
export { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
export { CheckpointWriteError } from './checkpoint-write-error.ts';
export { clipByGlobalNorm } from './clip-by-global-norm.ts';
export { cosineDecay } from './cosine-decay.ts';
export { distil } from './distil.ts';
export { ema } from './ema.ts';
export { trainClassifier } from './train-classifier.ts';
export { trainDdgan } from './train-ddgan.ts';
export { trainDdpm } from './train-ddpm.ts';
export { trainVdm } from './train-vdm.ts';
export { setParameters, TrainedNetwork } from './trained-network.ts';
export { TrainingDivergedError } from './training-diverged-error.ts';
export { warmup } from './warmup.ts';
export type { AdamOptions, AdamWOptions, Optimizer, OptimizerStep } from './adam.ts';
export type { AugmentedImages, AugmentImagesOptions } from './augment-images.ts';
export type { AucTimestepsOptions } from './auc-timesteps.ts';
export type { Checkpoint } from './checkpoint.ts';
export type { ClippedGradient } from './clip-by-global-norm.ts';
export type { LabelOptions } from './conditions.ts';
export type { CosineDecayOptions } from './cosine-decay.ts';
export type { GradientPenalty, PenaltyInterval, SlopePenalty } from './critic-penalties.ts';
export type { DdganAblations } from './ddgan-game.ts';
export type { TrainDdganOptions } from './ddgan-options.ts';
export type { DdganNetworks } from './ddgan-players.ts';
export type { EdmTraining, TrainDdpmOptions } from './ddpm-options.ts';
export type { DistilNetworks, DistilOptions, Teacher } from './distil-options.ts';
export type { EmaOptions, EmaWarmup } from './ema.ts';
export type { FadingWeight } from './fading-weight.ts';
export type { OptimizationOptions, PerNetwork } from './network-optimizer.ts';
export type { TrainClassifierOptions } from './train-classifier.ts';
export type { ReadVectors, TrainEvent, WarningKind } from './train-event.ts';
export type { CheckpointOptions, MetricOptions, TrainOptions, ValidationOptions } from './train-options.ts';
export type { TrainVdmOptions } from './train-vdm.ts';
export type { NetworkVectors, Trainable } from './trained-network.ts';
export type { DataOptions, TrainingData } from './training-data.ts';
export type { TrainResult } from './training-task.ts';
export type { WarmupOptions } from './warmup.ts';
