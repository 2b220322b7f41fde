import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '@diffgan/objectives';
import { foldIn, key, normalArray, split } from '@diffgan/ops';
import { ddimSampler, ddpmSampler, dpmSolverSampler, dynamicThreshold, run } from '@diffgan/samplers';
import { linearSchedule, respace } from '@diffgan/schedule';
import golden from './golden/schedulers.json';
import { valuesOf } from './values-of.ts';

// made with golden/make-schedulers.py
const kinds: Record<string, Prediction> = { epsilon: 'eps', sample: 'x0', v_prediction: 'v' };
const variances = {
  fixed_small: 'fixedSmall',
  fixed_large: 'fixedLarge',
  learned: 'learned',
  learned_range: 'learnedRange',
} as const;

const keptSchedule = (positions: number[]) =>
  respace(
    linearSchedule(),
    positions.map((p) => p + 1),
  );

interface GoldenStep {
  t: number;
  xt: number[];
  output: number[];
  mean: number[];
  std: number | number[];
}

const tolerance = { rtol: 1e-5, atol: 1e-5 };
const seed = key(11);

/** mean + std · z with the z that samplers draw at that step. */
function expected({ t, mean, std }: GoldenStep): number[] {
  const z = normalArray(split(foldIn(seed, t))[1], mean.length);
  return mean.map((m, i) => m + (typeof std === 'number' ? std : std[i]) * z[i]);
}

/** A model that returns the recorded output, and notes where it was asked. */
function recorded({ output }: GoldenStep, asked: tf.Tensor[]) {
  return (_xt: tf.Tensor, position: tf.Tensor) => {
    asked.push(tf.keep(tf.clone(position)));
    return tf.tensor(output, [2, output.length / 2]);
  };
}

describe('ddpmSampler takes the steps of DDPMScheduler', () => {
  const { positions, runs } = golden.ddpm;
  test.each(runs.map((r) => [r.prediction, r.variance, r.clip, r.steps as GoldenStep[]] as const))(
    '%s, %s, clip %s',
    async (prediction, variance, clip, steps) => {
      for (const step of steps) {
        const asked: tf.Tensor[] = [];
        const xT = tf.tensor(step.xt, [2, 3]);
        const sampling = ddpmSampler(recorded(step, asked), keptSchedule(positions), {
          ...{ xT, key: seed, from: step.t, until: step.t - 1, clip },
          predicts: kinds[prediction],
          variance: variances[variance as keyof typeof variances],
        });
        expect(await valuesOf(await run(sampling))).toBeAllClose(expected(step), tolerance);
        expect(await valuesOf(asked[0])).toEqual([positions[step.t - 1], positions[step.t - 1]]);
        xT.dispose();
      }
    },
  );
});

describe('ddimSampler takes the steps of DDIMScheduler', () => {
  const { positions, runs } = golden.ddim;
  test.each(runs.map((r) => [r.prediction, r.eta, r.clip, r.steps as GoldenStep[]] as const))(
    '%s, η = %s, clip %s',
    async (prediction, eta, clip, steps) => {
      for (const step of steps) {
        const asked: tf.Tensor[] = [];
        const xT = tf.tensor(step.xt, [2, 3]);
        const sampling = ddimSampler(recorded(step, asked), keptSchedule(positions), {
          ...{ xT, key: seed, from: step.t, until: step.t - 1, clip, eta },
          predicts: kinds[prediction],
        });
        expect(await valuesOf(await run(sampling))).toBeAllClose(expected(step), tolerance);
        expect(await valuesOf(asked[0])).toEqual([positions[step.t - 1], positions[step.t - 1]]);
        xT.dispose();
      }
    },
  );
});

test.each(golden.dpmSolver.map((r) => [r.prediction, r.karras, r] as const))(
  'dpmSolverSampler follows DPMSolverMultistepScheduler, %s, Karras grid %s',
  async (prediction, karras, { positions, sigmas, steps }) => {
    const byStep = new Map(steps.map((s) => [s.t, s]));
    let t = 10;
    const outputs = () => tf.tensor(byStep.get(t)!.output, [2, 3]);
    const xT = tf.tensor(steps[0].xt, [2, 3]);
    const options = { xT, clip: false, predicts: kinds[prediction] as 'eps', ...(karras && { sigmas }) };
    const schedule = karras ? linearSchedule() : keptSchedule(positions);
    for (let until = 9; until >= 0; until--) {
      t = 10;
      const sampling = dpmSolverSampler(outputs, schedule, { ...options, until });
      const x = await valuesOf(await run(sampling, (event) => (t = event.t - 1)));
      expect(x).toBeAllClose(byStep.get(until + 1)!.xPrev, tolerance);
    }
    xT.dispose();
  },
);

test('dynamicThreshold does what diffusers does', async () => {
  const { percentile, max, x0, expected: wanted } = golden.threshold;
  const x = tf.tensor(x0, [3, 5, 5, 1]);
  expect(await valuesOf(dynamicThreshold({ percentile, max })(x))).toBeAllClose(wanted, tolerance);
  x.dispose();
});
