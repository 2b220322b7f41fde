// Trains a preset of `diffgan train` for many steps, with checkpoints, on the native backend and checks that the number of tensors does not
// change and that resident memory grows by less than 5 % from step 1000 to the end:
//
//   npm run endurance                                     # 10 000 steps of gaussians25-ddgan
//   npm run endurance -- --preset gaussians25-ddpm --steps 5000
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@diffgan/runtime';
import { run } from '@diffgan/samplers';
import { flags } from '../../../scripts/flags.ts';
import type { PointData } from '../src/run/data-config.ts';
import { keysOf } from '../src/run/keys.ts';
import { drawToyData } from '../src/run/toy-data.ts';
import { makeModels, startTraining } from '../src/tasks/tasks.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';

const { preset, steps } = flags({ preset: 'gaussians25-ddgan', steps: 10000 });
/** Steps after which a process has all the memory that it will need. */
const settled = 1000;
const allowedGrowth = 0.05;

interface Use {
  step: number;
  tensors: number;
  bytes: number;
}

/** Trains in a folder of its own; what memory held at every thousandth step. */
async function watchMemory(folder: string): Promise<Use[]> {
  const { config } = await resolveConfig({ preset, steps });
  const models = makeModels(config);
  const uses: Use[] = [];
  const training = startTraining(config, models, {
    data: drawToyData(config.data as PointData).train,
    key: keysOf(config.seed).training,
    checkpoint: { file: join(folder, 'run.safetensors'), every: 500 },
  });
  const { averages } = await run(training, ({ type, step }) => {
    if (type !== 'step' || step % settled !== 0) return;
    globalThis.gc?.();
    uses.push({ step, tensors: tf.memory().numTensors, bytes: process.memoryUsage.rss() });
    console.log(describe(uses.at(-1)!));
  });
  tf.dispose(averages);
  models.dispose();
  return uses;
}

const describe = ({ step, tensors, bytes }: Use): string =>
  `step ${step}: ${tensors} tensors, ${(bytes / 1e6).toFixed(0)} MB resident`;

/** Throws if what a run holds grows with its length. */
function assertConstant(uses: readonly Use[]): void {
  const [first] = uses;
  const last = uses[uses.length - 1];
  const changed = uses.find(({ tensors }) => tensors !== first.tensors);
  if (changed) throw new Error(`${first.tensors} tensors became ${changed.tensors} by step ${changed.step}`);
  const growth = last.bytes / first.bytes - 1;
  if (growth >= allowedGrowth) throw new Error(`resident memory grew by ${(100 * growth).toFixed(1)} %`);
  console.log(`Resident memory from step ${first.step} to ${last.step}: ${(100 * growth).toFixed(1)} %`);
}

await selectBackend('tensorflow');
const folder = mkdtempSync(join(tmpdir(), 'diffgan-endurance-'));
try {
  assertConstant(await watchMemory(folder));
} finally {
  rmSync(folder, { recursive: true });
}
