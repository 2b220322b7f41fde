import { keysOf } from '../run/keys.ts';
import { makeModels, type RunConfig, startTraining } from '../tasks/tasks.ts';
import type { RunData } from './load-data.ts';

/** Steps that are timed at most; lazy penalties come among them. */
const PROBES = 32;
/** The first steps allocate and compile. */
const WARM_UP = 12;

/**
 * How many steps of a run fit into `minutes` on this machine, so that its learning rates can fall to their end in that time: times steps
 * that are thrown away, for at most a tenth of it.
 *
 * @example
 * ```ts
 * const { config } = await resolveConfig({ preset: 'gaussians25-ddgan', steps: 100, set: ['training.batch=16'] });
 * const data = drawToyData({ name: 'gaussians25', count: 100 });
 * const { signal } = new AbortController();
 * const steps = await stepsWithin(0.001, config, { data, signal });
 * ```
 */
export async function stepsWithin(
  minutes: number,
  config: RunConfig,
  { data, signal }: { data: RunData; signal: AbortSignal },
): Promise<number> {
  const models = makeModels(config);
  const began = performance.now();
  const seconds: number[] = [];
  try {
    const probe = startTraining(config, models, { data: data.train, key: keysOf(config.seed).training, signal });
    for await (const event of probe) {
      if (event.type === 'step') seconds.push(event.seconds);
      const long = performance.now() - began > 6000 * minutes;
      if (seconds.length >= PROBES || (seconds.length >= 2 && long)) break;
    }
  } finally {
    models.dispose();
  }
  const timed = seconds.slice(Math.min(WARM_UP, Math.floor(seconds.length / 2)));
  const mean = timed.reduce((a, b) => a + b, 0) / timed.length;
  return Math.max(1, Math.floor((60 * minutes) / mean));
}
