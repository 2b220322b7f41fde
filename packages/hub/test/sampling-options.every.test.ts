import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { createPipeline, type SamplingConfig } from '@diffgan/hub';
import { foldIn, key, normal, run } from '@diffgan/ops';
import { classifierGuidance, ddimSampler, ddpmSampler, dpmSolverSampler } from '@diffgan/samplers';
import { respace, vpSchedule } from '@diffgan/schedule';
import { mlpClassifier, mlpDenoiser } from '@diffgan/unet';

const schedule = vpSchedule(6);
const shape = [4, 2];
const keys = Array.from({ length: 4 }, (_, i) => foldIn(key(3), i));

/** Weights of which something comes out. */
function shake(network: LayersModel): void {
  const weights = network.weights.map((weight, i) => normal(foldIn(key(4), i), weight.shape as number[]));
  network.setWeights(weights);
  tf.dispose(weights);
}

/** What the pipeline draws with this configuration, and what a sampler with its options does. */
async function both(
  sampling: SamplingConfig,
  sampler: (networks: Record<'denoiser' | 'classifier', LayersModel>) => AsyncGenerator<unknown, tf.Tensor>,
  guided = false,
) {
  const denoiser = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 }, { key: key(1) });
  const classifier = mlpClassifier(
    { kind: 'mlp-classifier', dim: 2, hidden: [8], timeWidth: 4, classes: 2 },
    { key: key(2) },
  );
  [denoiser, classifier].forEach(shake);
  try {
    const pipeline = createPipeline({
      ...{ name: 'points', schedule, sampling },
      networks: { denoiser, ...(guided && { classifier }) },
    });
    const drawn = [
      await run(pipeline.sample({ count: 4, batch: 4, key: key(3) })),
      await run(sampler({ denoiser, classifier })),
    ];
    const values = await Promise.all(drawn.map(async (samples) => Array.from(await samples.data())));
    tf.dispose(drawn);
    return values;
  } finally {
    denoiser.dispose();
    classifier.dispose();
  }
}

/** For tests that look at the pipeline alone. */
const unused = ({ denoiser }: Record<'denoiser', LayersModel>) => ddimSampler(denoiser, schedule, { shape, keys });

describe('what a configuration says of a sampler', () => {
  it.each([true, false])('reaches ddim: rederiveEps %s', async (rederiveEps) => {
    const options = { shape, keys, clip: true, rederiveEps };
    const [drawn, expected] = await both({ sampler: 'ddim', clip: true, rederiveEps }, ({ denoiser }) =>
      ddimSampler(denoiser, schedule, options),
    );
    expect(drawn).toEqual(expected);
    const [other] = await both({ sampler: 'ddim', clip: true, rederiveEps: !rederiveEps }, ({ denoiser }) =>
      ddimSampler(denoiser, schedule, options),
    );
    expect(other).not.toEqual(expected);
  });

  it.each(['midpoint', 'heun'] as const)('reaches dpm-solver: %s', async (solver) => {
    const options = { shape, keys, clip: false, solver };
    const [drawn, expected] = await both({ sampler: 'dpm-solver', solver }, ({ denoiser }) =>
      dpmSolverSampler(denoiser, schedule, options),
    );
    expect(drawn).toEqual(expected);
  });

  it('reaches the guidance of a classifier: clipping before it', async () => {
    const sampling = {
      sampler: 'ddpm',
      variance: 'fixedLarge',
      guidance: 3,
      labels: [0, 1],
      clipBeforeGuidance: true,
    } as const;
    const cond = tf.tensor1d([0, 1, 0, 1], 'int32');
    const [drawn, expected] = await both(
      sampling,
      ({ denoiser, classifier }) =>
        ddpmSampler(classifierGuidance(denoiser, classifier, { w: 3, schedule, clip: true }), schedule, {
          ...{ shape, keys, cond, clip: false, variance: 'fixedLarge' },
        }),
      true,
    );
    expect(drawn).toEqual(expected);
    const [after] = await both(
      { ...sampling, clipBeforeGuidance: false, clip: true },
      ({ denoiser }) => ddimSampler(denoiser, schedule, { shape, keys }),
      true,
    );
    expect(after).not.toEqual(expected);
    cond.dispose();
  });

  it.each([
    ['as it is', { clip: false }, false],
    ['made of a clipped x̂_0', { clip: true }, true],
    ['with another variance, on a part of the schedule', { clip: false, steps: 3, variance: 'fixedLarge' }, false],
  ] as [string, Partial<SamplingConfig>, boolean][])(
    'reaches the guidance of a classifier: the mean shifted, %s',
    async (_, how, clip) => {
      const sampling: SamplingConfig = { sampler: 'ddpm', guidance: 3, labels: [0, 1], guidanceForm: 'mean', ...how };
      const cond = tf.tensor1d([0, 1, 0, 1], 'int32');
      const used = how.steps === undefined ? schedule : respace(schedule, how.steps);
      const variance = 'fixedLarge';
      const [drawn, expected] = await both(
        sampling,
        ({ denoiser, classifier }) =>
          ddpmSampler(
            classifierGuidance(denoiser, classifier, { w: 3, schedule: used, form: 'mean', variance, clip }),
            used,
            { ...{ shape, keys, cond, clip: false, variance } },
          ),
        true,
      );
      expect(drawn).toEqual(expected);
      const [shiftedNoise] = await both({ ...sampling, guidanceForm: 'eps' }, unused, true);
      expect(shiftedNoise).not.toEqual(expected);
      cond.dispose();
    },
  );

  it.each([
    [
      { sampler: 'ddim', guidanceForm: 'mean' },
      /guidanceForm mean shifts the mean of a step of ddpm, which ddim has not/,
    ],
    [{ sampler: 'ddpm', guidanceForm: 'mean', clipBeforeGuidance: false }, /clips before the guidance or not at all/],
  ] as [SamplingConfig, RegExp][])('is refused of a classifier: %j', async (sampling, message) => {
    await expect(both(sampling, unused, true)).rejects.toThrow(message);
  });

  it.each([
    [{ sampler: 'ddpm', rederiveEps: false }, /rederiveEps belongs to the sampler ddim, not to ddpm/],
    [{ sampler: 'euler', solver: 'heun' }, /solver belongs to the sampler dpm-solver, not to euler/],
    [{ sampler: 'ddpm', clipBeforeGuidance: true }, /clipBeforeGuidance needs a classifier/],
    [{ sampler: 'ddpm', guidanceForm: 'mean' }, /guidanceForm needs a classifier/],
  ] as [SamplingConfig, RegExp][])('is refused elsewhere: %j', async (sampling, message) => {
    await expect(both(sampling, ({ denoiser }) => ddimSampler(denoiser, schedule, { shape, keys }))).rejects.toThrow(
      message,
    );
  });
});
