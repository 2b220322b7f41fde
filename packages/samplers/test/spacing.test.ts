import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  dpmSolverSampler,
  eulerSampler,
  type OdeSamplerOptions,
  run,
  type Sampler,
  strokeEdit,
} from '@diffgan/samplers';
import { linearSchedule, rescaleZeroTerminalSnr, respace, type RespaceSpec, vpSchedule } from '@diffgan/schedule';
import { gaussianMixture } from '../../../test/oracles.ts';
import { valuesOf } from './values-of.ts';

const full = linearSchedule();
const denoiser = gaussianMixture({ means: [[0]], std: 0.5 }).denoiser(full);

/** The variance that a sampler gives to N(0, ¼): all steps are linear, so that of x_T = 1 squared. */
async function varianceOf(
  spec: RespaceSpec,
  options: Partial<OdeSamplerOptions> = {},
  sampler: Sampler = dpmSolverSampler,
) {
  const xT = tf.ones([1, 1]);
  const sampling = sampler(denoiser, respace(full, spec), { clip: false, ...options, xT } as OdeSamplerOptions);
  try {
    const [x] = await valuesOf(await run(sampling));
    return x * x;
  } finally {
    xT.dispose();
  }
}

/** diffusers' DPMSolverMultistepScheduler: n + 1 time steps, linspace, without the one of no noise; the last step ends at σ = 0. */
const diffusersGrid = (n: number) => Array.from({ length: n }, (_, i) => 1 + Math.round(((i + 1) * 999) / n));
/** The same, leading. */
const diffusersLeading = (n: number) => Array.from({ length: n }, (_, i) => 1 + (i + 1) * Math.floor(1000 / (n + 1)));

describe('DPM-Solver++(2M) and the variance of N(0, ¼)', () => {
  // Variance after 10, 20 and 50 steps: right is 0.25. This table chose the default.
  test.each<[string, (n: number) => Promise<number>, number[]]>([
    ['log SNR, the default for a number of steps', (n) => varianceOf(n), [0.2665, 0.2572, 0.2511]],
    ['log SNR, asked for', (n) => varianceOf(`uniform:${n}`, { spacing: 'logSnr' }), [0.2665, 0.2572, 0.2511]],
    ['Karras', (n) => varianceOf(n, { spacing: 'karras' }), [0.3052, 0.2761, 0.2535]],
    ['uniform in t', (n) => varianceOf(n, { spacing: 'schedule' }), [0.4798, 0.3851, 0.2786]],
    ['leading', (n) => varianceOf(`leading:${n}`), [0.4774, 0.3764, 0.2775]],
    ['trailing', (n) => varianceOf(`trailing:${n}`), [0.1638, 0.2287, 0.2506]],
    ['diffusers’ own, linspace', (n) => varianceOf(diffusersGrid(n)), [0.1628, 0.2275, 0.2498]],
    ['diffusers’ own, leading', (n) => varianceOf(diffusersLeading(n)), [0.1755, 0.2309, 0.25]],
  ])('%s', async (_, variance, wanted) => {
    const found = [await variance(10), await variance(20), await variance(50)];
    expect(found).toBeAllClose(wanted, { rtol: 0, atol: 2e-4 });
  });

  test('the default is the nearest at 10 and 20 steps', async () => {
    for (const n of [10, 20]) {
      const error = async (variance: Promise<number>) => Math.abs((await variance) - 0.25);
      const chosen = await error(varianceOf(n));
      for (const other of [
        varianceOf(n, { spacing: 'karras' }),
        varianceOf(n, { spacing: 'schedule' }),
        varianceOf(`trailing:${n}`),
        varianceOf(diffusersGrid(n)),
        varianceOf(diffusersLeading(n)),
      ])
        expect(chosen).toBeLessThan(await error(other));
    }
  });
});

describe('the default grid', () => {
  const positionsOf = async (spec: RespaceSpec | undefined, options = {}, sampler: Sampler = dpmSolverSampler) => {
    const asked: tf.Tensor[] = [];
    const model = (x: tf.Tensor, position: tf.Tensor) => {
      asked.push(tf.keep(tf.clone(position)));
      return tf.mul(x, 0.5);
    };
    const schedule = spec === undefined ? vpSchedule(4) : respace(full, spec);
    (await run(sampler(model, schedule, { shape: [1, 1], ...options }))).dispose();
    return (await Promise.all(asked.map(valuesOf))).map(([p]) => p);
  };

  test('is uniform in log SNR, and the network is told positions between the steps of the whole schedule', async () => {
    const positions = await positionsOf(4);
    const gammas = positions.map((p) => {
      const low = Math.min(Math.floor(p), 998);
      return full.gamma[low] + (p - low) * (full.gamma[low + 1] - full.gamma[low]);
    });
    const [last, first] = [full.gamma[999], full.gamma[0]];
    const wanted = [0, 1, 2, 3].map((i) => last + (i / 3) * (first - last));
    expect(gammas).toBeAllClose(wanted, { rtol: 1e-4, atol: 1e-3 });
  });

  test('is the schedule’s own where steps were named, for a schedule not thinned and for first-order samplers', async () => {
    expect(await positionsOf([1, 500, 1000])).toEqual([999, 499, 0]);
    expect(await positionsOf('uniform:3')).toEqual([999, 500, 0]);
    expect(await positionsOf(undefined)).toEqual([3, 2, 1, 0]);
    expect(await positionsOf(3, {}, eulerSampler)).toEqual([999, 500, 0]);
    expect(await positionsOf(3, { until: 1 })).toEqual([999, 500]);
    expect((await positionsOf(3, { spacing: 'karras' }, eulerSampler))[1]).not.toBe(500);
  });

  test('leaves editing at the noise level that the schedule says', async () => {
    const few = respace(full, 4);
    const sampler = ((model, schedule, options) =>
      dpmSolverSampler(model, schedule, { ...options, clip: false })) as Sampler;
    const x0 = tf.fill([1, 4000], 0.5);
    // A network that keeps what it gets shows the state that it is given first.
    const states: tf.Tensor[] = [];
    const model = (x: tf.Tensor, position: tf.Tensor) => {
      states.push(tf.keep(tf.clone(x)), tf.keep(tf.clone(position)));
      return tf.zerosLike(x);
    };
    (await run(strokeEdit(model, few, { x0, t: 2, sampler }))).dispose();
    const [first, position] = await Promise.all(states.slice(0, 2).map(valuesOf));
    expect(position).toEqual([few.positions[1]]);
    const mean = first.reduce((sum, x) => sum + x, 0) / first.length;
    const variance = first.reduce((sum, x) => sum + (x - mean) ** 2, 0) / first.length;
    expect([variance]).toBeAllClose([few.oneMinusAlphaBar[1]], { rtol: 5 * Math.sqrt(2 / 4000), atol: 0 });
    tf.dispose([x0, states]);
  });

  test('unknown spacings and schedules without end are refused', async () => {
    await expect(varianceOf(4, { spacing: 'cosine' as 'karras' })).rejects.toThrow(
      "dpmSolverSampler: spacing is 'cosine'; use one of schedule, logSnr, karras",
    );
    const endless = respace(rescaleZeroTerminalSnr(full), 4);
    const sampling = run(dpmSolverSampler(denoiser, endless, { shape: [1, 1] }));
    await expect(sampling).rejects.toThrow('ends without signal');
  });
});
