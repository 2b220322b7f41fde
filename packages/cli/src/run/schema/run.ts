import {
  type Check,
  type Fields,
  integer,
  kinds,
  object,
  oneOf,
  optional,
  required,
  text,
} from '../../config/check.ts';
import type { AnyRun, RecordsConfig, RunConfig, Task } from '../run-config.ts';
import { data } from './data.ts';
import { network } from './network.ts';
import { sampling } from './sampling.ts';
import { gamma, schedule } from './schedule.ts';
import { training } from './training.ts';

const MAX_EVERY = 1e9;

const records = object<RecordsConfig>({
  checkpointEvery: required(integer(1, MAX_EVERY), 'Steps from one checkpoint to the next.'),
  picturesEvery: required(integer(1, MAX_EVERY), 'Steps from one picture of samples to the next.'),
  pictureCount: required(integer(1, 10_000), 'Samples in a picture.'),
  validationEvery: required(integer(0, MAX_EVERY), 'Steps from one validation to the next; 0 for none.'),
  validationBatches: required(integer(1, 1e6), 'Batches of a validation.'),
  metricEvery: required(integer(0, MAX_EVERY), 'Steps from one scoring of samples to the next; 0 for none.'),
  metricCount: required(integer(2, 1e6), 'Samples that are scored.'),
});

const any: Fields<AnyRun> = {
  command: optional(oneOf('train'), 'The command that wrote the file.'),
  version: optional(text, 'Version of diffgan that wrote the file.'),
  preset: optional(
    { ...text, problem: (value, path) => (value === null ? undefined : text.problem(value, path)) },
    'What to start from.',
  ),
  seed: required(integer(0, Number.MAX_SAFE_INTEGER), 'Seed of everything random.'),
  backend: optional(text, 'tensorflow, webgpu, wasm or cpu.'),
  init: optional(text, 'Folder of a run or a network whose weights the networks start from.'),
  data: required(data, 'What to learn from.'),
  records: required(records, 'What is written down, and when.'),
  sampling: required(sampling, 'How to draw from the result.'),
};

const run = (task: Task, parts: Record<'networks' | 'schedule' | 'training', Check>): Check =>
  object<RunConfig>({
    ...any,
    task: required(oneOf(task), 'What is trained.'),
    networks: required(parts.networks, 'The networks.'),
    schedule: required(parts.schedule, 'The noise schedule.'),
    training: required(parts.training, 'Options of the trainer.'),
  });

const networks = (checks: Readonly<Record<string, Check>>): Check =>
  object<Record<string, unknown>>(
    Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, required(check, `The ${name}.`)])),
  );

/** The settings of a run by task: one table for what is checked and what help lists. */
export const runChecks: Readonly<Record<Task, Check>> = {
  ddpm: run('ddpm', {
    networks: networks({ denoiser: network('ddpm-unet', 'mlp-denoiser') }),
    schedule,
    training: training.ddpm,
  }),
  ddgan: run('ddgan', {
    networks: networks({
      generator: network('ddgan-generator', 'mlp-generator'),
      critic: network('ddgan-discriminator', 'mlp-critic'),
    }),
    schedule,
    training: training.ddgan,
  }),
  vdm: run('vdm', {
    networks: networks({ denoiser: network('vdm-denoiser', 'mlp-denoiser') }),
    schedule: gamma,
    training: training.vdm,
  }),
  classifier: run('classifier', {
    networks: networks({ classifier: network('noise-classifier', 'mlp-classifier') }),
    schedule,
    training: training.classifier,
  }),
};

/** The settings of a run. */
export const runCheck = kinds('task', runChecks);
