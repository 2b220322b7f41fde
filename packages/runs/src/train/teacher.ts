import type { ModelName } from '@diffgan/hub';
import { classifierFreeGuidance } from '@diffgan/samplers';
import type { Teacher } from '@diffgan/training';
import { type DdpmUnetConfig, modelConfig } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { isModel, openPipeline } from '../sample/open-pipeline.ts';
import type { DistilRun } from '../tasks/distil-task.ts';
import type { RunModels } from '../tasks/task.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { isEncoder, takeStartWeights } from './start-weights.ts';

/** The weight by which a U-Net is told the class. */
const LABELS = 'time.label.kernel';

/** The denoiser that comes with the program. */
const SHIPPED = 'fashion-mnist-ddpm' satisfies ModelName;

/**
 * The denoiser that a student learns from, guided where the run says so, with its schedule and what it predicts.
 *
 * @throws UsageError when there is none, one whose steps or variance a student cannot learn from, or one that cannot be guided.
 */
export async function loadTeacher({ teacher, guidance = 0 }: DistilRun): Promise<Teacher & { dispose(): void }> {
  const refuse = (why: string, cause?: unknown) =>
    new UsageError(`teacher: ${why}; give the folder of a trained DDPM or of an imported one, or ${SHIPPED} by name`, {
      cause,
    });
  if (!isModel(teacher)) throw refuse(`${teacher} holds no network to learn from`);
  const pipeline = await openPipeline(teacher).catch((cause) => {
    throw cause instanceof UsageError ? refuse(cause.message, cause) : cause;
  });
  const { networks, schedule, sampling } = pipeline;
  const dispose = () => pipeline.dispose();
  const learned = sampling.variance?.startsWith('learned');
  if (!('denoiser' in networks) || networks.denoiser === undefined || typeof schedule === 'function' || learned) {
    dispose();
    throw refuse(
      learned
        ? `${teacher} has learned its variance, which no student takes`
        : `${teacher} is ${'denoiser' in networks ? 'a VDM, whose time has no steps' : 'no denoiser'}`,
    );
  }
  const { predicts } = sampling;
  if (predicts === 'edm') {
    dispose();
    throw refuse(`${teacher} denoises in the form of EDM, which no student takes`);
  }
  const { denoiser } = networks;
  if (guidance === 0) return { model: denoiser, schedule, predicts, dispose };
  const { classes, nullClass } = modelConfig(denoiser) as Partial<DdpmUnetConfig>;
  if (classes === undefined || !nullClass) {
    dispose();
    throw new UsageError(
      `guidance is ${guidance}, but ${teacher} was not trained with a label for no class (nullClass); leave guidance out`,
    );
  }
  const model = classifierFreeGuidance(denoiser, { w: guidance, nullCond: classes });
  return { model, schedule, predicts, dispose };
}

/** The networks of a student start from its teacher, as far as they are the same U-Net; the generator from `init` where that is given. */
export async function startFromTeacher(config: DistilRun, models: RunModels, terminal: Terminal): Promise<void> {
  const { generator, fake, critic } = models.networks;
  const take = (from: string, networks: RunModels['networks']) =>
    takeStartWeights(from, { ...models, networks }, terminal);
  await take(config.teacher, { fake });
  if (critic && isEncoder(critic)) await take(config.teacher, { critic });
  if (config.init !== undefined) {
    const { kept } = (await take(config.init, { generator })).generator;
    if (kept.includes(LABELS))
      terminal.say(
        `${config.init} is not told the class, but its student is: most first samples will be of another class than asked for, and what the ` +
          `start knew is lost on the way; start from a network that is told it, or leave init out to start from the teacher`,
      );
  } else if (config.networks.generator.kind === 'ddgan-generator') await take(config.teacher, { generator });
}
