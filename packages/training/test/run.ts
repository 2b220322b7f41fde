import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { run } from '@diffgan/samplers';
import { trainDdgan, type TrainDdganOptions, type TrainEvent } from '@diffgan/training';
import { makeNetworks, schedule } from './toy.ts';

/** All weights of a model, one after the other. */
export async function weightsOf(model: LayersModel): Promise<number[]> {
  const values: number[] = [];
  for (const weight of model.weights) values.push(...(await weight.read().data()));
  return values;
}

/** What a run left behind, as numbers. */
export interface Outcome {
  /** Weights and averages by network. */
  vectors: Record<string, number[]>;
  events: TrainEvent[];
  /** What the run threw, if it did. */
  error?: unknown;
}

/** Trains fresh networks and disposes everything. */
export async function trainToy(options: TrainDdganOptions, onEvent?: (event: TrainEvent) => void): Promise<Outcome> {
  const networks = makeNetworks();
  const outcome: Outcome = { vectors: {}, events: [] };
  try {
    const training = trainDdgan(networks, schedule, options);
    const { averages } = await run(training, (event) => {
      outcome.events.push(event);
      onEvent?.(event);
    });
    for (const [name, average] of Object.entries(averages))
      outcome.vectors[`${name}.average`] = Array.from(await average.data());
    tf.dispose(averages);
  } catch (error) {
    outcome.error = error;
  }
  for (const [name, model] of Object.entries(networks)) {
    outcome.vectors[name] = await weightsOf(model);
    model.dispose();
  }
  return outcome;
}
