import type { Precision } from '@diffgan/runtime';
import { type NoiseSchedule, vpSchedule } from '@diffgan/schedule';
import { cosineDecay } from '@diffgan/training';
import { type DdganDiscriminatorConfig, type DdganGeneratorConfig, presets } from '@diffgan/unet';

/** Presets of `@diffgan/unet` whose networks are played. */
export const gamePresets = ['fashion-mnist-tiny', 'fashion-mnist-small'] as const;

/** One of {@link gamePresets}. */
export type GamePreset = (typeof gamePresets)[number];

/** Files that make all workers play the same. */
export interface GameFiles {
  /** Weights. */
  generator: string;
  critic: string;
  /** What a check draws: `xPrev`, `xt`, `t`, `z` and `noise` of each player and step. */
  draws: string;
}

/** A game of `trainDdgan` as far as another program has to know it. */
export interface GameSetting {
  generator: DdganGeneratorConfig;
  critic: DdganDiscriminatorConfig;
  batch: number;
  /** Steps of a check or of one timed run: an update of the critic and one of the generator each. */
  steps: number;
  precision: Precision;
  /** Adam's. */
  betas: [number, number];
  r1: { gamma: number; every: number };
  emaDecay: number;
  /** Learning rates of critic and generator by step; the last ones hold on. */
  rates: [critic: number, generator: number][];
  /** Coefficients by t − 1. */
  tables: Record<string, number[]>;
}

/** The diffusion of all games. */
export const gameSchedule: NoiseSchedule = vpSchedule(4);

/** What `trainDdgan` takes unless told. */
const defaults = { learningRate: { generator: 1e-3, critic: 5e-4 }, end: 1e-5, emaDecay: 0.999 };

/** The game that is timed: ten steps, of which the first has the penalty, as the rates of a long run begin. */
export function timedGame(preset: GamePreset, precision: Precision): GameSetting {
  const { critic, generator } = defaults.learningRate;
  return game(preset, precision, { batch: 64, steps: 10, every: 10, rates: [[critic, generator]] });
}

/** The game that is checked: a few steps, every other one with the penalty. */
export function checkedGame(preset: GamePreset, precision: Precision): GameSetting {
  const { learningRate, end } = defaults;
  const steps = 4;
  const rate = (start: number, step: number) => cosineDecay(step, { start, end, steps });
  const rates = Array.from({ length: steps }, (_, step): [number, number] => [
    rate(learningRate.critic, step),
    rate(learningRate.generator, step),
  ]);
  return game(preset, precision, { batch: 8, steps, every: 2, rates });
}

function game(
  preset: GamePreset,
  precision: Precision,
  { every, ...own }: Pick<GameSetting, 'batch' | 'steps' | 'rates'> & { every: number },
): GameSetting {
  const { generator, discriminator } = presets[preset];
  const { alphaBarPrev, alpha, beta, posteriorX0, posteriorXt, betaTilde, positions } = gameSchedule;
  const roots = (values: Float64Array) => [...values].map(Math.sqrt);
  return {
    ...{ generator, critic: discriminator, precision, emaDecay: defaults.emaDecay },
    betas: [0.5, 0.9],
    r1: { gamma: 0.2, every },
    tables: {
      signalPrev: roots(alphaBarPrev),
      noisePrev: roots(alphaBarPrev.map((value) => 1 - value)),
      signal: roots(alpha),
      noise: roots(beta),
      posteriorX0: [...posteriorX0],
      posteriorXt: [...posteriorXt],
      posteriorSigma: roots(betaTilde),
      positions: [...positions],
    },
    ...own,
  };
}
