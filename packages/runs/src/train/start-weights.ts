import { join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { FileFormatError } from '@diffgan/files';
import { loadMatchingWeights, type MatchedWeights, modelConfig } from '@diffgan/unet';
import { UsageError } from '../errors.ts';
import { folderHas } from '../run/folder-has.ts';
import { modelHome } from '../run/shipped-model.ts';
import type { RunModels } from '../tasks/task.ts';
import type { Terminal } from '../terminal/terminal.ts';

const WEIGHTS = 'model.safetensors';

/**
 * Gives the networks of a run the weights of another run, or those of one network's folder, as far as names and shapes agree, and says what
 * was taken. A generator may start from a denoiser, and so may a critic that is the way down of the same U-Net: it then knows what images
 * have in them before the game begins.
 *
 * @param init folder of a run or of a network, or a shipped model by name.
 * @returns What each network took that had a source.
 * @throws UsageError when nothing there fits.
 */
export async function takeStartWeights(
  init: string,
  { networks }: RunModels,
  terminal: Terminal,
): Promise<Record<string, MatchedWeights>> {
  const sources = sourcesOf(modelHome(init), networks);
  const all: Record<string, MatchedWeights> = {};
  for (const [name, model] of Object.entries(networks)) {
    const source = sources[name];
    if (source === undefined) terminal.say(`The ${name} starts anew: ${init} has no weights for it`);
    else {
      all[name] = await taken(model, source);
      terminal.say(`The ${name} starts from ${source}: ${describe(all[name])}`);
    }
  }
  return all;
}

/** Folders with weights for the networks, by name: those of a run, or the only network of a folder for the first of them. */
function sourcesOf(init: string, networks: Readonly<Record<string, LayersModel>>): Record<string, string | undefined> {
  const names = Object.keys(networks);
  if (folderHas(init, WEIGHTS)) return { [names[0]]: init };
  const entries = Object.entries(networks).map(([name, model]) => {
    const folders = (name === 'generator' || name === 'fake' || isEncoder(model) ? [name, 'denoiser'] : [name]).map(
      (relative) => join(init, relative),
    );
    return [name, folders.find((folder) => folderHas(folder, WEIGHTS))] as const;
  });
  if (entries.every(([, folder]) => folder === undefined))
    throw new UsageError(
      `init: ${init} holds no weights for ${names.join(' or ')}; give the folder of a finished run or of a network, or a model by name`,
    );
  return Object.fromEntries(entries);
}

/** Whether a network is a critic that is the way down of a denoiser's U-Net. */
export function isEncoder(model: LayersModel): boolean {
  const config = modelConfig(model);
  return config.kind === 'ddgan-discriminator' && config.style === 'unet-encoder';
}

async function taken(model: LayersModel, folder: string): Promise<MatchedWeights> {
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
