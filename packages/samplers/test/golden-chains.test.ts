import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  ddimInvert,
  ddimSampler,
  dpmSolverSampler,
  eulerAncestralSampler,
  eulerSampler,
  run,
  type SamplerOptions,
  type SamplerStep,
  uniPcSampler,
} from '@diffgan/samplers';
import { linearSchedule, respace } from '@diffgan/schedule';
import golden from './golden/chains.json';
import { valuesOf } from './values-of.ts';

// made with golden/make-chains.py
const network = (x: tf.Tensor, position: tf.Tensor) =>
  tf.tidy(() =>
    tf.add(tf.add(tf.mul(0.6, x), tf.mul(0.3, tf.cos(tf.mul(3, x)))), tf.reshape(tf.div(position, 5000), [-1, 1])),
  );

/** The schedule of some time steps of diffusers, the largest first or last. */
const scheduleOf = (timesteps: readonly number[]) =>
  respace(
    linearSchedule(),
    timesteps.map((t) => t + 1).sort((a, b) => a - b),
  );

interface Chain {
  start: number[];
  states: number[][];
  noises: number[][] | null;
}

type Sample = (options: SamplerOptions) => AsyncGenerator<SamplerStep, tf.Tensor>;

/** Every state of the chain, each from a run that ends there. */
async function expectStates({ start, states, noises }: Chain, sample: Sample): Promise<void> {
  const xT = tf.tensor(start, [2, 3]);
  const n = states.length;
  try {
    for (const [i, state] of states.entries()) {
      const noise = (t: number) => tf.tensor(noises![n - t], [2, 3]);
      const x = await run(sample({ xT, until: n - 1 - i, ...(noises && { noise }) }));
      expect(await valuesOf(x)).toBeAllClose(state, { rtol: 1e-5, atol: 1e-5 });
    }
  } finally {
    xT.dispose();
  }
}

test.each(golden.dpmSolver.map((chain) => [JSON.stringify(chain.config), chain] as const))(
  'dpmSolverSampler follows DPMSolverMultistepScheduler with %s',
  async (_, chain) => {
    const {
      solver_order: order,
      solver_type: solver,
      algorithm_type: algorithm,
    } = chain.config as {
      solver_order: 1 | 2 | 3;
      solver_type?: 'heun';
      algorithm_type?: string;
    };
    const how = { order, solver, eta: algorithm === 'sde-dpmsolver++' ? 1 : 0, clip: false };
    const schedule = scheduleOf(chain.positions);
    await expectStates(chain, (options) => dpmSolverSampler(network, schedule, { ...options, ...how }));
  },
);

test.each(golden.uniPc.map((chain) => [chain.config.solver_order as 1 | 2 | 3, chain] as const))(
  'uniPcSampler follows UniPCMultistepScheduler at order %d',
  async (order, chain) => {
    const schedule = scheduleOf(chain.positions);
    await expectStates(chain, (options) => uniPcSampler(network, schedule, { ...options, order, clip: false }));
  },
);

test('eulerAncestralSampler and eulerSampler follow their schedulers, which give fractions of a step a noise level', async () => {
  const { eulerAncestral, euler } = golden;
  const schedule = linearSchedule();
  await expectStates(eulerAncestral, (options) =>
    eulerAncestralSampler(network, schedule, { ...options, sigmas: eulerAncestral.sigmas, clip: false }),
  );
  await expectStates(euler, (options) =>
    eulerSampler(network, schedule, { ...options, sigmas: euler.sigmas, clip: false }),
  );
});

test.each(golden.ddim.map((chain) => [chain.eta, chain] as const))(
  'ddimSampler keeps the network’s ε̂ beside a clipped x̂_0 as DDIMScheduler does, η = %s',
  async (eta, chain) => {
    const schedule = scheduleOf(chain.positions);
    const sample = (rederiveEps: boolean) => (options: SamplerOptions) =>
      ddimSampler(network, schedule, { ...options, eta, rederiveEps });
    await expectStates(chain, sample(false));
    await expect(expectStates(chain, sample(true))).rejects.toThrow();
  },
);

test('ddimInvert goes on from a state as DDIMInverseScheduler does', async () => {
  const { start, states, timesteps } = golden.ddimInverse;
  const schedule = scheduleOf(timesteps);
  const x0 = tf.tensor(start, [2, 3]);
  for (const until of [2, 5, 10]) {
    const x = await run(ddimInvert(network, schedule, { x0, from: 1, until }));
    expect(await valuesOf(x)).toBeAllClose(states[until - 1], { rtol: 1e-5, atol: 1e-5 });
  }
  for (const from of [10, -1, 0.5])
    await expect(run(ddimInvert(network, schedule, { x0, from }))).rejects.toThrow(`ddimInvert: from is ${from}`);
  x0.dispose();
});

test.each([
  [{ order: 4 }, 'order is 4'],
  [{ solver: 'euler' }, "solver is 'euler'"],
  [{ eta: 2 }, 'eta is 2'],
  [{ order: 3, eta: 1 }, 'order 3 solves the ODE only'],
])('dpmSolverSampler refuses %j', async (options, message) => {
  const sampling = dpmSolverSampler(network, linearSchedule(), { shape: [1, 1], ...(options as object) });
  await expect(run(sampling)).rejects.toThrow(message);
});

test('uniPcSampler and eulerAncestralSampler refuse what cannot be', async () => {
  const options = { shape: [1, 1] };
  await expect(run(uniPcSampler(network, linearSchedule(), { ...options, order: 0 as 1 }))).rejects.toThrow(
    'order is 0',
  );
  await expect(run(eulerAncestralSampler(network, linearSchedule(), { ...options, eta: -1 }))).rejects.toThrow(
    'eta is -1',
  );
});
