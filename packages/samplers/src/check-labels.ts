import type { Tensor } from '@tensorflow/tfjs-core';
import { type Model, modelFacts } from '@diffgan/ops';

/** Throws unless the labels of a condition are among those that the model says it takes; other models are not asked. */
export async function checkLabels(caller: string, model: Model, cond: Tensor | undefined): Promise<void> {
  const { labels, name } = modelFacts(model);
  if (labels === undefined || cond?.rank !== 1) return;
  const values = Array.from(await cond.data());
  const index = values.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < labels));
  if (index >= 0)
    throw new RangeError(
      `${caller}: cond[${index}] is ${values[index]}; ${name ?? 'the network'} takes labels from 0 to ${labels - 1}`,
    );
}
