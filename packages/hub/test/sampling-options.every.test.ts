import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { createPipeline, type SamplingConfig } from '@diffgan/hub';
import { edmDenoiser } from '@diffgan/objectives';
import { foldIn, key, type Model, normal, run } from '@diffgan/ops';
import {
  autoguidance,
  classifierGuidance,
  ddimSampler,
  ddpmSampler,
  dpmSolverSampler,
  heunSampler,
} from '@diffgan/samplers';
import { edmSchedule, type NoiseSchedule, respace, vpSchedule } from '@diffgan/schedule';
import { mlpClassifier, mlpDenoiser } from '@diffgan/unet';

const schedule = vpSchedule(6);
const shape = [4, 2];
const keys = Array.from({ length: 4 }, (_, i) => foldIn(key(3), i));

/** Weights of which something comes out. */
function shake(network: LayersModel, seed = 4): void {
  const weights = network.weights.map((weight, i) => normal(foldIn(key(seed), i), weight.shape as number[]));
  network.setWeights(weights);
  tf.dispose(weights);
}

/** What the pipeline draws with this configuration, and what a sampler with its options does. */
async function both(
  sampling: SamplingConfig,
  sampler: (networks: Record<'denoiser' | 'classifier', LayersModel>) => AsyncGenerator<unknown, tf.Tensor>,
  { guided = false, worse, on = schedule }: { guided?: boolean; worse?: LayersModel; on?: NoiseSchedule } = {},
) {
  const denoiser = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 }, { key: key(1) });
  const classifier = mlpClassifier(
    { kind: 'mlp-classifier', dim: 2, hidden: [8], timeWidth: 4, classes: 2 },
    { key: key(2) },
  );
  [denoiser, classifier].forEach((network) => shake(network));
  try {
    const pipeline = createPipeline({
      ...{ name: 'points', schedule: on, sampling },
      networks: { denoiser, ...(guided && { classifier }), ...(worse && { worse }) },
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

  it('reaches a network in the form of EDM, and one that guides it', async () => {
    const on = edmSchedule(40);
    const of = { sampler: 'heun', steps: 6, spacing: 'karras', predicts: 'edm', sigmaData: 0.8 } as const;
    const options = { shape, keys, clip: false, predicts: 'x0', spacing: 'karras' } as const;
    const drawnFrom = (denoiser: Model) => heunSampler(denoiser, respace(on, 6), options);
    const [drawn, expected] = await both(of, ({ denoiser }) => drawnFrom(edmDenoiser(denoiser, { sigmaData: 0.8 })), {
      on,
    });
    expect(drawn).toEqual(expected);
    const worse = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 }, { key: key(5) });
    shake(worse, 6);
    const [led, expectedOfBoth] = await both(
      { ...of, autoguidance: 2 },
      ({ denoiser }) => {
        const [good, bad] = [denoiser, worse].map((network) => edmDenoiser(network, { sigmaData: 0.8 }));
        return drawnFrom(autoguidance(good, { bad, scale: 2 }));
      },
      { on, worse },
    );
    expect(led).toEqual(expectedOfBoth);
    worse.dispose();
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
      { guided: true },
    );
    expect(drawn).toEqual(expected);
    const [after] = await both(
      { ...sampling, clipBeforeGuidance: false, clip: true },
      ({ denoiser }) => ddimSampler(denoiser, schedule, { shape, keys }),
      { guided: true },
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
        { guided: true },
      );
      expect(drawn).toEqual(expected);
      const [shiftedNoise] = await both({ ...sampling, guidanceForm: 'eps' }, unused, { guided: true });
      expect(shiftedNoise).not.toEqual(expected);
      cond.dispose();
    },
  );

  it('reaches autoguidance, with the guidance of a classifier on top of it', async () => {
    const config = { kind: 'mlp-denoiser', dim: 2, hidden: [8], timeWidth: 4 } as const;
    const worse = mlpDenoiser(config, { key: key(5) });
    shake(worse, 6);
    const sampling = { sampler: 'ddim', clip: false, autoguidance: 2.5 } as const;
    const led = (denoiser: LayersModel) => autoguidance(denoiser, { bad: worse, scale: 2.5 });
    const [drawn, expected] = await both(
      sampling,
      ({ denoiser }) => ddimSampler(led(denoiser), schedule, { shape, keys, clip: false }),
      { worse },
    );
    expect(drawn).toEqual(expected);
    const cond = tf.tensor1d([0, 1, 0, 1], 'int32');
    const [guided, expectedOfBoth] = await both(
      { ...sampling, guidance: 3 },
      ({ denoiser, classifier }) =>
        ddimSampler(classifierGuidance(led(denoiser), classifier, { w: 3, schedule }), schedule, {
          ...{ shape, keys, cond, clip: false },
        }),
      { worse, guided: true },
    );
    expect(guided).toEqual(expectedOfBoth);
    [cond, worse].forEach((one) => one.dispose());
  });

  it.each([
    [{ sampler: 'ddim', autoguidance: 2 }, undefined, /autoguidance needs a worse model/],
    [{ sampler: 'ddim' }, 2, /but not how far to lead away/],
    [{ sampler: 'ddim', autoguidance: 2 }, 3, /draws 2, but the worse model 3/],
  ] as [SamplingConfig, number | undefined, RegExp][])(
    'is refused of autoguidance: %j with a model of %s',
    async (sampling, dim, message) => {
      const worse = dim && mlpDenoiser({ kind: 'mlp-denoiser', dim, hidden: [8], timeWidth: 4 });
      await expect(both(sampling, unused, worse ? { worse } : {})).rejects.toThrow(message);
      if (worse) worse.dispose();
    },
  );

  it.each([
    [
      { sampler: 'ddim', guidanceForm: 'mean' },
      /guidanceForm mean shifts the mean of a step of ddpm, which ddim has not/,
    ],
    [{ sampler: 'ddpm', guidanceForm: 'mean', clipBeforeGuidance: false }, /clips before the guidance or not at all/],
  ] as [SamplingConfig, RegExp][])('is refused of a classifier: %j', async (sampling, message) => {
    await expect(both(sampling, unused, { guided: true })).rejects.toThrow(message);
  });

  it.each([
    [{ sampler: 'heun', predicts: 'edm' }, /predicts edm needs an edm schedule/],
    [{ sampler: 'heun', sigmaData: 0.5 }, /sigmaData belongs to predicts edm, not eps/],
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
