import { Tensor } from '@tensorflow/tfjs-core';
import type { Steps } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';

/**
 * Throws unless `t` holds one step per example of `x`. The values are checked when `t` is on the host; reading a tensor back
 * would stall the device.
 */
export function checkBatch(caller: string, schedule: NoiseSchedule, x: Tensor, t: Steps): void {
  if (x.rank < 1) throw new RangeError(`${caller}: the images are a scalar; their first axis must be the batch`);
  const length = t instanceof Tensor ? t.size : t.length;
  if ((t instanceof Tensor && t.rank !== 1) || length !== x.shape[0])
    throw new RangeError(
      `${caller}: t has ${t instanceof Tensor ? `shape [${t.shape}]` : `length ${length}`}; ` +
        `give one step for each of the ${x.shape[0]} examples`,
    );
  if (t instanceof Tensor) return;
  for (let i = 0; i < length; i++)
    if (!Number.isInteger(t[i]) || t[i] < 1 || t[i] > schedule.steps)
      throw new RangeError(`${caller}: t[${i}] is ${t[i]}; steps are whole numbers from 1 to ${schedule.steps}`);
}

/** Throws unless the tensor `y` called `name` has the shape of `x`: nothing here broadcasts silently. */
export function checkSameShape(caller: string, name: string, y: Tensor, x: Tensor): void {
  if (y.rank !== x.rank || y.shape.some((size, i) => size !== x.shape[i]))
    throw new RangeError(`${caller}: ${name} has shape [${y.shape}]; it must be that of the images, [${x.shape}]`);
}
