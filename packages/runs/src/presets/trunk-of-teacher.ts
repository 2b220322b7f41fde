import { join } from 'node:path';
import { readBytes } from '@diffgan/files';
import { isJsonObject, type Json, type JsonObject } from '../config/merge.ts';
import { modelHome } from '../run/shipped-model.ts';

/** What a U-Net has in common with one that takes its weights. */
const shared = [
  'imageSize',
  'channels',
  'baseChannels',
  'channelMultipliers',
  'blocksPerLevel',
  'attentionResolutions',
];
const ofClasses = ['classes', 'nullClass'];
const LARGEST = 1 << 16;

/** The settings of a teacher's U-Net that its students share. */
export interface TeacherTrunk {
  /** Of a generator and a critic. */
  readonly trunk: JsonObject;
  /** Of a denoiser, which may be told no class. */
  readonly denoiser: JsonObject;
}

/**
 * Settings of the U-Net of a teacher, so that its student can start from its weights; undefined where there is no such U-Net, which is found out
 * when the teacher is loaded.
 *
 * @param teacher folder of a run or of a network, or a shipped model by name.
 */
export async function trunkOfTeacher(teacher: Json | undefined): Promise<TeacherTrunk | undefined> {
  if (typeof teacher !== 'string' || teacher === '') return undefined;
  const home = modelHome(teacher);
  for (const folder of [join(home, 'denoiser'), home]) {
    const config = await readJson(join(folder, 'config.json'));
    if (!isJsonObject(config) || config.kind !== 'ddpm-unet') continue;
    const only = (names: readonly string[]) =>
      Object.fromEntries(Object.entries(config).filter(([name]) => names.includes(name)));
    return { trunk: only([...shared, 'classes']), denoiser: only([...shared, ...ofClasses]) };
  }
  return undefined;
}

async function readJson(path: string): Promise<Json | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await readBytes(path, { maxBytes: LARGEST }))) as Json;
  } catch {
    return undefined; // said when the teacher is loaded
  }
}
