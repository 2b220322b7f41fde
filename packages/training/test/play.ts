import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { gammaNetwork } from '@diffgan/objectives';
import { key } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { cosineSchedule, vpSchedule } from '@diffgan/schedule';
import {
  distil,
  type DistilOptions,
  trainClassifier,
  trainDdgan,
  type TrainDdganOptions,
  trainDdpm,
  type TrainDdpmOptions,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
  trainVdm,
  type TrainVdmOptions,
} from '@diffgan/training';
import { clouds, planeGame, planeNetwork } from './plane.ts';
import { weightsOf } from './run.ts';

export type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** What a run on points of the plane left behind. */
export interface Played {
  events: TrainEvent[];
  steps: StepEvent[];
  /** Weights of the models, and the averages by the names of the result. */
  weights: Record<string, number[]>;
  error?: unknown;
}

type Each<Options> = (options?: Partial<Options>, onEvent?: (event: TrainEvent) => void) => Promise<Played>;

const base = { steps: 4, batch: 8, key: key(3) };

/** Trains a GAN on the clouds, told their labels if asked. */
export const playDdgan =
  ({ labels = false } = {}): Each<TrainDdganOptions> =>
  (options, onEvent) => {
    const networks = planeGame({ labels });
    const all = { data: clouds(), ...base, ...options };
    return played({ ...networks }, trainDdgan(networks, vpSchedule(4), all), onEvent);
  };

/** Trains a denoiser. */
export const playDdpm =
  ({ labels = false, outputs = 2, schedule = cosineSchedule(10) } = {}): Each<TrainDdpmOptions> =>
  (options, onEvent) => {
    const denoiser = planeNetwork([[2], [], ...(labels ? [[]] : [])], outputs);
    const all = { data: clouds(), ...base, learningRate: 1e-2, ...options };
    return played({ denoiser }, trainDdpm(denoiser, schedule, all), onEvent);
  };

/** Distils an untrained denoiser into a student of some steps. */
export const playDistil =
  ({ labels = false, critic = false, calls = 4 } = {}): Each<DistilOptions> =>
  async (options, onEvent) => {
    const game = planeGame({ labels });
    const denoiser = (seed: number) => planeNetwork([[2], [], ...(labels ? [[]] : [])], 2, { seed, scale: 0.4 });
    const [teacher, fake] = [denoiser(5), denoiser(6)];
    const networks = { generator: game.generator, fake, ...(critic && { critic: game.critic }) };
    const all = { data: clouds(), ...base, ...options };
    const training = distil(networks, { model: teacher, schedule: cosineSchedule(10) }, vpSchedule(calls), all);
    const outcome = await played({ ...networks }, training, onEvent);
    teacher.dispose();
    if (!critic) game.critic.dispose();
    return outcome;
  };

/** Trains a variational model and its schedule. */
export const playVdm =
  (gammaOptions: Parameters<typeof gammaNetwork>[0] = { hidden: 8, gamma0: -6, gamma1: 3 }): Each<TrainVdmOptions> =>
  async (options, onEvent) => {
    const denoiser = planeNetwork([[2], []], 2);
    const gamma = gammaNetwork(gammaOptions);
    const all = { data: clouds(), ...base, learningRate: 1e-2, ...options };
    const outcome = await played({ denoiser }, trainVdm(denoiser, gamma, all), onEvent);
    for (const [i, variable] of gamma.variables.entries())
      outcome.weights[`gamma.${i}`] = Array.from(await variable.data());
    gamma.dispose();
    return outcome;
  };

/** Trains a classifier. */
export const playClassifier: Each<TrainOptions> = (options, onEvent) => {
  const classifier = planeNetwork([[2], []], 3);
  const all = { data: clouds(), ...base, learningRate: 1e-2, ...options };
  return played({ classifier }, trainClassifier(classifier, vpSchedule(4), all), onEvent);
};

/** Trains to the end, and disposes everything. */
export async function played(
  models: Record<string, LayersModel>,
  training: AsyncGenerator<TrainEvent, TrainResult>,
  onEvent?: (event: TrainEvent) => void,
): Promise<Played> {
  const outcome: Played = { events: [], steps: [], weights: {} };
  try {
    const { averages } = await run(training, (event) => {
      outcome.events.push(event);
      if (event.type === 'step') outcome.steps.push(event);
      onEvent?.(event);
    });
    for (const [name, average] of Object.entries(averages))
      outcome.weights[`average of ${name}`] = Array.from(await average.data());
    tf.dispose(averages);
  } catch (error) {
    outcome.error = error;
  }
  for (const [name, model] of Object.entries(models)) {
    outcome.weights[name] = await weightsOf(model);
    model.dispose();
  }
  return outcome;
}
