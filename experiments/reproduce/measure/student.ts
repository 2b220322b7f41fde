import * as tf from '@tensorflow/tfjs-core';
import { input, layers, type LayersModel, model } from '@tensorflow/tfjs-layers';
import { gaussianMixture } from '@diffgan/data';
import { gather, key, split } from '@diffgan/ops';
import { run as finish } from '@diffgan/samplers';
import { type NoiseSchedule, scheduleFromBetas, vpSchedule } from '@diffgan/schedule';
import { distil, setParameters } from '@diffgan/training';
import { mlpCritic, mlpDenoiser } from '@diffgan/unet';
import { bumps, type Normal } from '../../bumps-on-a-line.ts';
import type { StudentOf, StudentValues } from '../../student-measurement.ts';
import type { Workplace } from '../workplace.ts';
import { diffusedBumps } from './diffused-bumps.ts';
import type { Measured } from './measured.ts';
import { normalOptimum } from './normal-optimum.ts';

/** Levels of noise of the teacher up to 0.6 of the signal, in which the bumps stay apart. */
const teacherSteps = vpSchedule(100);
const SHARE = 0.2;
const BATCH = 256;
/** As many as the trainer makes of such a batch. */
const GROUPS = 4;
/** A student of one call draws from noise alone. */
const oneCall = scheduleFromBetas([0.9999]);
const start: Normal = { mean: 0, deviation: 1 };
const widths = { dim: 1, hidden: [64, 64], timeWidth: 16 };

/** A student of normal density, taught by two bumps whose scores are known: where it comes to rest, and where it should by quadrature. */
export async function measureStudent(
  { divergence, steps, seed }: Pick<StudentOf, 'divergence' | 'steps' | 'seed'>,
  { terminal, signal }: Workplace,
): Promise<Measured<'student'>> {
  const [forData, forFake, forCritic, forTraining] = split(key(seed), 4);
  const networks = {
    generator: normalStudent(),
    fake: mlpDenoiser({ kind: 'mlp-denoiser', ...widths }, { key: forFake }),
    ...(divergence !== 'rkl' && { critic: mlpCritic({ kind: 'mlp-critic', ...widths }, { key: forCritic }) }),
  };
  const rates = { generator: 1e-2, fake: 3e-3, critic: 3e-3 };
  const training = distil(networks, { model: exactDenoiser(teacherSteps), schedule: teacherSteps }, oneCall, {
    ...{
      data: gaussianMixture({ ...bumps, means: bumps.means.map((mean) => [mean]) }, 50_000, forData),
      key: forTraining,
      signal,
      steps,
      batch: BATCH,
    },
    ...{
      divergence,
      weighting: 'none',
      levels: [0, SHARE],
      fakeSteps: 4,
      learningRate: rates,
      finalLearningRate: 1e-4,
      emaDecay: 0.99,
    },
  });
  try {
    const { averages } = await finish(training, (event) => {
      if (event.type === 'step') terminal.progress(event.step / steps, `${divergence}: step ${event.step}/${steps}`);
    });
    setParameters(networks.generator, averages.generator);
    tf.dispose(averages);
    const found = await momentsOf(networks.generator);
    const wanted = normalOptimum(divergence, teacherSteps, groups(), start);
    const values: StudentValues = { ...found, optimum: wanted };
    return { values, files: {} };
  } finally {
    terminal.finish();
    Object.values(networks).forEach((network) => network.dispose());
  }
}

/** The teacher's steps group by group, as the trainer draws them. */
function groups(): number[][] {
  const size = (SHARE * teacherSteps.steps) / GROUPS;
  return Array.from({ length: GROUPS }, (_, group) => Array.from({ length: size }, (__, i) => group * size + i + 1));
}

/** A generator whose sample is a weighted sum of its two inputs: all that it can draw is normal. */
function normalStudent(): LayersModel {
  const [xt, z, position] = [[1], [1], []].map((shape) => input({ shape }));
  const sum = layers.dense({ units: 1 }).apply(layers.concatenate().apply([xt, z])) as typeof xt;
  const network = model({ inputs: [xt, z, position], outputs: sum });
  const even = start.deviation / Math.SQRT2;
  const weights = [tf.tensor2d([[even], [even]]), tf.tensor1d([start.mean])];
  network.setWeights(weights);
  tf.dispose(weights);
  return network;
}

async function momentsOf(generator: LayersModel): Promise<Normal> {
  const drawn = tf.tidy(() => {
    const [xt, z] = [
      [0, 1, 0],
      [0, 0, 1],
    ].map((values) => tf.tensor2d(values, [3, 1]));
    return generator.apply([xt, z, tf.zeros([3])]) as tf.Tensor;
  });
  const [mean, ofXt, ofZ] = await drawn.data();
  drawn.dispose();
  return { mean, deviation: Math.hypot(ofXt - mean, ofZ - mean) };
}

/** ε̂ = −√(1 − ᾱ) ∇log q of the diffused bumps, which lie at ±√ᾱ. */
function exactDenoiser(schedule: NoiseSchedule): (xt: tf.Tensor, position: tf.Tensor) => tf.Tensor {
  const all = Array.from({ length: schedule.steps }, (_, i) => diffusedBumps(schedule, i + 1));
  const column = (values: readonly number[], t: tf.Tensor1D) => gather(values, t, 2);
  const halfLogOdds = Math.log(bumps.weights[1] / bumps.weights[0]) / 2;
  return (xt, position) =>
    tf.tidy(() => {
      const t = tf.add<tf.Tensor1D>(tf.cast(position, 'int32'), tf.scalar(1, 'int32'));
      const signal = column(all.map((one) => one.signal), t); // prettier-ignore
      const variance = column(all.map((one) => one.variance), t); // prettier-ignore
      const noise = column(all.map((one) => Math.sqrt(one.noise)), t); // prettier-ignore
      const mean = tf.tanh(tf.add(tf.div(tf.mul(signal, xt), variance), halfLogOdds));
      return tf.div(tf.mul(noise, tf.sub(xt, tf.mul(signal, mean))), variance);
    });
}
