import type { NetworkVectors } from './trained-network.ts';

/** What a warning is about. */
export type WarningKind =
  | 'critic-saturated'
  | 'critic-at-chance'
  | 'generator-gradient-vanished'
  | 'game-dead'
  | 'fake-lags'
  | 'damaged-checkpoint'
  | 'nothing-to-resume'
  | 'other-length'
  | 'other-versions'
  | 'other-precision'
  | 'slow-process';

/** Copies of the state of every network, by name, such as the running average to draw with; the caller disposes them. */
export type ReadVectors = () => Promise<Record<string, NetworkVectors>>;

/** What a trainer yields. */
export type TrainEvent =
  | {
      type: 'step';
      /** Finished steps, 1…steps. */
      step: number;
      /** Length of the run; Infinity where the clock ends it. */
      steps: number;
      /** Mean losses of this step by name. */
      losses: Record<string, number>;
      /** What else was measured, such as `generator.gradientNorm`. */
      measures: Record<string, number>;
      /** Training examples seen so far. */
      examples: number;
      /** Wall-clock seconds of this step. */
      seconds: number;
      /** The state after this step. */
      vectors: ReadVectors;
    }
  | {
      /** Losses of the running averages on data that is not trained on. */
      type: 'validation';
      step: number;
      /** Mean losses by name. */
      values: Record<string, number>;
    }
  | {
      /** What the caller measured. */
      type: 'metric';
      step: number;
      /** Values by name. */
      values: Record<string, number>;
    }
  | {
      type: 'resume';
      /** Finished steps that the file holds; 0 when there was no file to resume from. */
      step: number;
      /** The checkpoint's file. */
      file: string;
    }
  | {
      type: 'checkpoint';
      /** Finished steps that the file holds. */
      step: number;
      /** The checkpoint's file. */
      file: string;
    }
  | {
      /** The metric is better than ever before, and the state is in `file`. */
      type: 'best';
      step: number;
      metric: string;
      value: number;
      file: string;
    }
  | {
      /** Something that training survives, but somebody should know of. */
      type: 'warning';
      step: number;
      kind: WarningKind;
      /** What was seen, and what usually helps. */
      message: string;
    };
