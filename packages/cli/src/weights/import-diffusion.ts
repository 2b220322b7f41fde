import { FileFormatError, readBytes } from '@diffgan/files';
import { diffusionFromDiffusers, type ModelDiffusion } from '@diffgan/hub';
import { parseSchedule } from '@diffgan/runs';
import { samplingOf } from '../sample/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ImportOptions } from './options.ts';

const maxBytes = 1 << 20;

/**
 * The diffusion that a network was trained for: what `--schedule`, `--predicts` and `--variance` say, or else what lies beside the network.
 * Undefined where nothing tells it.
 */
export async function readImportDiffusion(
  { schedule, predicts, variance }: Pick<ImportOptions, 'schedule' | 'predicts' | 'variance'>,
  scheduler: string | undefined,
  terminal: Terminal,
): Promise<ModelDiffusion | undefined> {
  const told = samplingOf({ predicts, variance });
  const found = schedule === undefined && scheduler !== undefined ? await read(scheduler, terminal) : undefined;
  if (found) return { ...found, sampling: { ...found.sampling, ...told } };
  if (schedule !== undefined) {
    parseSchedule(schedule);
    return { schedule, sampling: { sampler: 'ddpm', ...told } };
  }
  terminal.say(
    'Nothing beside the weights tells the noise schedule that the network was trained with: give it here with --schedule, or to sample. ' +
      "OpenAI's networks of 4000 steps were told positions up to 1000: --schedule cosine:4000,positions=1000",
  );
  return undefined;
}

async function read(file: string, terminal: Terminal): Promise<ModelDiffusion> {
  const text = new TextDecoder().decode(await readBytes(file, { maxBytes }));
  try {
    const { notes, ...diffusion } = diffusionFromDiffusers(JSON.parse(text));
    const { schedule, sampling, spacing } = diffusion;
    const shown = typeof schedule === 'string' ? schedule : `${schedule.length} betas`;
    terminal.say(
      `${file}: schedule ${shown}, predicts ${sampling.predicts}, ${sampling.clip ? 'clipped' : 'not clipped'}, spacing ${spacing}`,
    );
    notes.forEach((note) => terminal.say(`Note: ${note}`));
    return diffusion;
  } catch (cause) {
    throw new FileFormatError(
      `import: ${file} describes no diffusion that this program knows: ${(cause as Error).message}. Say it with --schedule, ` +
        'such as --schedule linear:1000',
      { cause },
    );
  }
}
