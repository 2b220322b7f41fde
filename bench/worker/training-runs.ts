import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { fashionMnist, takeImages } from '@diffgan/data';
import { qSample } from '@diffgan/objectives';
import { foldIn, key, normal, randint, randintArray, split } from '@diffgan/ops';
import { linearSchedule } from '@diffgan/schedule';
import type { Requests } from '../protocol.ts';
import type { Execution } from './execution.ts';
import { noiseLoss } from './workloads.ts';

type Run = Requests['trainingRun'];

/** Trains on Fashion-MNIST; what it draws depends on the number of the step alone, so that every column sees the same. */
export async function trainingRun(
  model: LayersModel,
  execution: Execution,
  { steps, batch, memoryEvery }: Pick<Run[0], 'steps' | 'batch' | 'memoryEvery'>,
): Promise<Run[1]> {
  const data = await fashionMnist({ split: 'train' });
  const schedule = linearSchedule(1000);
  const training = execution.trainStep(noiseLoss(model), model);
  const [losses, memory]: [number[], Run[1]['memory']] = [[], []];
  for (let step = 1; step <= steps; step++) {
    const inputs = batchOf(step);
    losses.push(await training.step(inputs));
    tf.dispose(inputs);
    if (memoryEvery && step % memoryEvery === 0) memory.push(memoryNow(step));
  }
  training.dispose();
  return { losses, memory };

  /** x_t, position and noise. */
  function batchOf(step: number): tf.Tensor[] {
    return tf.tidy(() => {
      const [imageKey, stepKey, noiseKey] = split(foldIn(key(7), step), 3);
      const x0 = takeImages(data, randintArray(imageKey, batch, 0, data.count));
      const t = randint<tf.Rank.R1>(stepKey, [batch], { min: 1, max: schedule.steps + 1 });
      const noise = normal(noiseKey, x0.shape);
      return [qSample(schedule, x0, t, { noise }), tf.sub(t, 1), noise];
    });
  }
}

function memoryNow(step: number): Run[1]['memory'][number] {
  globalThis.gc?.();
  return { step, bytes: process.memoryUsage.rss(), tensors: tf.memory().numTensors };
}
