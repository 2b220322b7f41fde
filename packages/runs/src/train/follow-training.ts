import * as tf from '@tensorflow/tfjs-core';
import { run } from '@diffgan/ops';
import type { ProcessGroup } from '@diffgan/runtime';
import { keysOf } from '../run/keys.ts';
import { asRunConfig } from '../run/run-config.ts';
import { makeModels, type RunConfig, startTraining } from '../tasks/tasks.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { loadData } from './load-data.ts';
import { loadTeacher } from './teacher.ts';
import { hear } from './tell.ts';

/** What a process needs to train with others. */
export interface Following {
  processes: ProcessGroup;
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Trains, as one of several processes that is not rank 0, what `runTraining` of rank 0 trains: its settings and its state come from there. Writes
 * nothing; the data, and what settings name by path, must be there in all processes.
 *
 * @throws CollectivesError when another process is gone or late; what the trainer throws.
 * @example
 * ```ts
 * async function follow(rank: number, rest: Omit<Following, 'processes'>) {
 *   await followTraining({ processes: await joinCollectives({ processes: 2, rank }), ...rest });
 * }
 * ```
 */
export async function followTraining(following: Following): Promise<void> {
  for (let more = true; more;) {
    const told = await hear(following.processes);
    more = told.more === true;
    await trainAsTold(asRunConfig(told.config), following);
  }
}

async function trainAsTold(config: RunConfig, { processes, terminal, signal }: Following): Promise<void> {
  const owned: { dispose(): void }[] = [];
  try {
    const networks = makeModels(config);
    owned.push(networks);
    const teacher = config.task === 'distil' ? await loadTeacher(config) : undefined;
    if (teacher) owned.push(teacher);
    const { train: data } = await loadData(config.data, { terminal, signal });
    const models = teacher ? { ...networks, teacher } : networks;
    const { averages } = await run(
      startTraining(config, models, { data, key: keysOf(config.seed).training, signal, processes }),
    );
    tf.dispose(averages);
  } finally {
    owned.forEach((part) => part.dispose());
  }
}
