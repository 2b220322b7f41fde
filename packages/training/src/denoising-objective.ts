import * as tf from '@tensorflow/tfjs-core';
import { edmLoss, hybridLoss, simpleLoss, vlbTerm } from '@diffgan/objectives';
import { type Key, type Model, normalArray } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import type { EdmChoices, StepChoices, TrainDdpmOptions } from './ddpm-options.ts';
import type { Rows } from './rows.ts';
import type { HostVectors } from './run-state.ts';
import { timestepsByLoss, uniformTimesteps } from './timesteps.ts';

/** Levels of noise drawn for a batch. */
export interface DrawnLevels {
  /** Steps t as int32, or σ as float32, `[B]`. */
  levels: tf.Tensor1D;
  /** What makes up for how they were drawn, `[B]`. */
  importance: tf.Tensor1D;
  /** Learns from the losses of the examples, those of the whole batch, if it does. */
  observe?: (losses: Float32Array) => void;
}

/** What a denoiser learns: at which levels of noise, and what is wrong with it there. */
export interface DenoisingObjective {
  draw(rows: Rows, key: Key): DrawnLevels;
  /** Draws levels for validation, of which nothing is learned. */
  drawFairly(rows: Rows, key: Key): tf.Tensor1D;
  /** The loss of each example, `[B]`. */
  losses(model: Model, x0: tf.Tensor, drawn: { levels: tf.Tensor1D; noise: tf.Tensor }): tf.Tensor1D;
  /** What has been learned of the losses. */
  host?: HostVectors;
}

/** The steps of a schedule, and L_simple, the bound, or both. */
export function stepObjective(
  schedule: NoiseSchedule,
  { objective, predicts, variance, levels: greys, decoderForm: form, timesteps }: StepChoices,
  { weight }: Pick<TrainDdpmOptions, 'weight'>,
): DenoisingObjective {
  const uniform = uniformTimesteps(schedule.steps);
  const steps = timesteps === 'uniform' ? uniform : timestepsByLoss(schedule.steps, timesteps);
  return {
    host: steps.host,
    draw(rows, key) {
      const { t, weight: importance } = steps.draw(rows.batch, key);
      const observe = (losses: Float32Array) => steps.observe?.(t, losses);
      return { levels: tf.tensor1d(rows.of(t), 'int32'), importance: tf.tensor1d(rows.of(importance)), observe };
    },
    drawFairly: (rows, key) => tf.tensor1d(rows.of(uniform.draw(rows.batch, key).t), 'int32'),
    losses(model, x0, { levels: t, noise }) {
      const drawn = { t, noise, predicts };
      if (objective === 'simple') return simpleLoss(model, schedule, x0, { ...drawn, weight });
      if (objective === 'hybrid')
        return hybridLoss(model, schedule, x0, {
          ...{ ...drawn, weight, form, levels: greys },
          variance: variance as 'learnedRange',
        });
      const nats = vlbTerm(model, schedule, x0, { ...drawn, variance, form, levels: greys });
      const dimensions = x0.size / x0.shape[0];
      return tf.mul(schedule.steps / (dimensions * Math.LN2), nats);
    },
  };
}

/** Log-normal σ, and the loss of EDM, which is about 1 at every σ for a network that knows nothing. */
export function edmObjective({ edm: { sigmaData, logSigmaMean, logSigmaStd } }: EdmChoices): DenoisingObjective {
  const sigmas = (rows: Rows, key: Key) =>
    tf.tensor1d(rows.of(normalArray(key, rows.batch)).map((z) => Math.exp(logSigmaMean + logSigmaStd * z)));
  const draw = (rows: Rows, key: Key) => {
    const levels = sigmas(rows, key);
    return { levels, importance: tf.onesLike(levels) };
  };
  return {
    draw,
    drawFairly: sigmas,
    losses: (network, x0, { levels: sigma, noise }) => edmLoss(network, x0, { sigma, noise, sigmaData }),
  };
}
