import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adversarialLoss } from '@diffgan/fgan-losses';
import { foldIn } from '@diffgan/ops';
import { run } from '@diffgan/samplers';
import { lossOf } from '../page/loss-of.ts';
import { samplerOf } from './chains.ts';
import type { Look, Place, StepBack } from './messages.ts';
import type { PointGame } from './point-game.ts';
import { reverseDensity } from './reverse-density.ts';
import { scalesOf } from './scales.ts';
import { taken } from './taken.ts';

const SIDE = 44;
const EXTENT = 2.2;
const DRAWS = 240;
const ARROWS = 80;
const streams = { back: 1 };

/** Everything about one step x_t → x_{t−1} of the shown networks, given x_t. */
export async function stepBack(game: PointGame, look: Look): Promise<StepBack> {
  const { schedule, mixture, shown, settings } = game;
  const t = Math.min(look.t, schedule.steps);
  const scales = scalesOf(mixture, schedule);
  const [scale, given] = [scales[t - 1], look.xt.map((x) => x * scales[t]) as [number, number]];
  const at = gridOf(scale);
  const draws = await drawsFrom(game, t, given);
  const from = given.map((x) => x / Math.sqrt(schedule.alpha[t - 1]) / scale) as [number, number];
  const seen = {
    ...{ t, extent: EXTENT, side: SIDE, from, draws: draws.map((x) => x / scale) },
    exact: reverseDensity(mixture, schedule, { t, xt: given, at }),
  };
  if (!('critic' in shown)) return seen;
  const ask = { critic: shown.critic, xt: given, position: schedule.positions[t - 1] };
  const arrows = await downhill(ask, draws.subarray(0, 2 * ARROWS), settings);
  return { ...seen, logits: await logitsAt(ask, at), arrows: arrows.map((x) => x * scale) };
}

/** The points of the square, row by row from its upper left corner. */
function gridOf(scale: number): Float32Array {
  const along = (i: number) => EXTENT * scale * ((2 * (i + 0.5)) / SIDE - 1);
  return Float32Array.from({ length: 2 * SIDE ** 2 }, (_, i) => {
    const cell = i >> 1;
    return i % 2 === 0 ? along(cell % SIDE) : -along(Math.floor(cell / SIDE));
  });
}

async function drawsFrom({ schedule, shown, sampleKey }: PointGame, t: number, given: Place): Promise<Float32Array> {
  const xT = tf.tidy(() => tf.tile(tf.tensor2d([...given], [1, 2]), [DRAWS, 1]));
  try {
    const key = foldIn(sampleKey, streams.back);
    return await taken(await run(samplerOf(shown)(schedule, { xT, from: t, until: t - 1, key })));
  } finally {
    xT.dispose();
  }
}

interface Question {
  readonly critic: LayersModel;
  readonly xt: Place;
  readonly position: number;
}

const asked = ({ critic, xt, position }: Question, xPrev: tf.Tensor): tf.Tensor1D => {
  const [count] = xPrev.shape;
  return critic.apply([
    xPrev,
    tf.tile(tf.tensor2d([...xt], [1, 2]), [count, 1]),
    tf.fill([count], position),
  ]) as tf.Tensor1D;
};

const logitsAt = (question: Question, at: Float32Array): Promise<Float32Array> =>
  taken(tf.tidy(() => asked(question, tf.tensor2d(at, [at.length / 2, 2]))));

/** Minus the gradient of the generator's loss by its draws; pairs are compared with draws of the same logit. */
function downhill(question: Question, at: Float32Array, settings: PointGame['settings']): Promise<Float32Array> {
  const { name, ...options } = lossOf(settings);
  const { generatorLoss } = adversarialLoss(name, options);
  return taken(
    tf.tidy(() => {
      const xPrev = tf.tensor2d(at, [at.length / 2, 2]);
      const real = asked(question, xPrev);
      return tf.neg(tf.grad((x) => tf.sum(generatorLoss(asked(question, x), real)))(xPrev));
    }),
  );
}
