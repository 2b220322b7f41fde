import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { classifierGuidance, ddimSampler, ddpmSampler, run } from '@diffgan/samplers';
import { linearSchedule, respace } from '@diffgan/schedule';
import golden from './golden/guidance.json';
import { valuesOf } from './values-of.ts';

// made with golden/make-guidance.py
const network = (x: tf.Tensor, position: tf.Tensor) =>
  tf.tidy(() =>
    tf.add(tf.add(tf.mul(0.6, x), tf.mul(0.3, tf.cos(tf.mul(3, x)))), tf.reshape(tf.div(position, 5000), [-1, 1])),
  );
const classifier = (x: tf.Tensor) =>
  tf.stack(
    [0, 1, 2].map((k) => tf.mul(-(k + 1) / 4, tf.sum(tf.square(tf.sub(x, k / 2)), 1))),
    1,
  );
const variances = { FIXED_SMALL: 'fixedSmall', FIXED_LARGE: 'fixedLarge' } as const;

test.each(golden.chains.map((chain) => [`${chain.form}, ${chain.variance}`, chain] as const))(
  'a chain that a classifier guides follows guided-diffusion: %s',
  async (_, { form, variance: kind, positions, start, noises, states }) => {
    const schedule = respace(
      linearSchedule(),
      positions.map((position) => position + 1),
    );
    const variance = variances[kind as keyof typeof variances];
    const mean = form === 'mean';
    const how = mean ? ({ form: 'mean', variance, clip: true } as const) : ({ form: 'eps' } as const);
    const guided = classifierGuidance(network, classifier, { w: golden.weight, schedule, ...how });
    const [xT, cond] = [tf.tensor(start, [2, 3]), tf.tensor1d(golden.labels, 'int32')];
    for (const [i, state] of states.entries()) {
      const noise = (t: number) => tf.tensor(noises[states.length - t], [2, 3]);
      const options = { xT, cond, until: states.length - 1 - i, clip: false };
      const chain = mean
        ? ddpmSampler(guided, schedule, { ...options, variance, noise })
        : ddimSampler(guided, schedule, options);
      expect(await valuesOf(await run(chain))).toBeAllClose(state, { rtol: 1e-5, atol: 1e-5 });
    }
    tf.dispose([xT, cond]);
  },
);
