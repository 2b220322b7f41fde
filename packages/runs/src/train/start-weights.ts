import { join } from 'node:path';
import { FileFormatError } from '@diffgan/files';
import { loadMatchingWeights, type MatchedWeights } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { folderHas } from '../run/folder-has.ts';
import type { RunModels } from '../tasks/task.ts';
import type { Terminal } from '../terminal/terminal.ts';

const WEIGHTS = 'model.safetensors';

/**
 * Gives the networks of a run the weights of another run, or those of one network's folder, as far as names and shapes agree, and says what
 * was taken. A generator may start from a denoiser.
 *
 * @param init folder of a run or of a network.
 * @throws UsageError when nothing there fits.
 */
export async function takeStartWeights(init: string, { networks }: RunModels, terminal: Terminal): Promise<void> {
  const sources = sourcesOf(init, Object.keys(networks));
  for (const [name, model] of Object.entries(networks)) {
    const source = sources[name];
    if (source === undefined) terminal.say(`The ${name} starts anew: ${init} has no weights for it`);
    else terminal.say(`The ${name} starts from ${source}: ${describe(await taken(model, source))}`);
  }
}

/** Folders with weights for the networks, by name: those of a run, or the only network of a folder for the first of them. */
function sourcesOf(init: string, names: readonly string[]): Record<string, string | undefined> {
  if (folderHas(init, WEIGHTS)) return { [names[0]]: init };
  const relatives = (name: string) => (name === 'generator' || name === 'critic' ? [name, 'denoiser'] : [name]);
  const entries = names.map((name) => {
    const folders = relatives(name).map((relative) => join(init, relative));
    return [name, folders.find((folder) => folderHas(folder, WEIGHTS))] as const;
  });
  if (entries.every(([, folder]) => folder === undefined))
    throw new UsageError(
      `init: ${init} holds no weights for ${names.join(' or ')}; give the folder of a finished run or of a network`,
    );
  return Object.fromEntries(entries);
}

async function taken(model: Parameters<typeof loadMatchingWeights>[0], folder: string): Promise<MatchedWeights> {
  try {
    return await loadMatchingWeights(model, join(folder, WEIGHTS));
  } catch (cause) {
    if (!(cause instanceof FileFormatError)) throw cause;
    throw new UsageError(`init: ${folder}: ${cause.message}`, { cause });
  }
}

/** The first few names stand for all. */
const NAMES_SHOWN = 4;

function describe({ taken, kept, unused }: MatchedWeights): string {
  const names = (list: readonly string[]) =>
    `${list.slice(0, NAMES_SHOWN).join(', ')}${list.length > NAMES_SHOWN ? ` and ${list.length - NAMES_SHOWN} more` : ''}`;
  return [
    `${taken.length} of ${taken.length + kept.length} weights taken`,
    ...(kept.length > 0 ? [`fresh are ${names(kept)}`] : []),
    ...(unused.length > 0 ? [`not used are ${names(unused)}`] : []),
  ].join('; ');
}
