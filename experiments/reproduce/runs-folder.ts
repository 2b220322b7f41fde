import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type JsonObject, readConfigFile } from '@diffgan/runs';
import { trainingIdentity } from './identity.ts';

/** How deep below the folder runs are looked for. */
const DEPTH = 3;

/**
 * The folder of trainings and measurements. A finished training is found by its settings, wherever below the folder it lies and whatever
 * it is called, so that one of `diffgan train` serves as well, and experiments share what they have in common.
 */
export class RunsFolder {
  readonly path: string;
  readonly #finished = new Map<string, string>();

  private constructor(path: string) {
    this.path = resolve(path);
  }

  /** A folder with nothing in it. */
  static readonly none = new RunsFolder('');

  /** Opens the folder, which need not exist. */
  static async open(path: string): Promise<RunsFolder> {
    const runs = new RunsFolder(path);
    await runs.#collect(runs.path, DEPTH);
    return runs;
  }

  /** Folder of the finished training with that identity. */
  finished(identity: string): string | undefined {
    return this.#finished.get(identity);
  }

  /** Tells that a training is finished. */
  add(identity: string, folder: string): void {
    this.#finished.set(identity, folder);
  }

  /** Folder for a training that is not. */
  folderOf(name: string, seed: number, identity: string): string {
    return join(this.path, `${name}-seed${seed}-${identity}`.replaceAll(/[^\w.-]+/g, '-'));
  }

  /** Folder of a measurement. */
  measured(kind: string, key: string): string {
    return join(this.path, 'measured', `${kind}-${key}`);
  }

  async #collect(folder: string, depth: number): Promise<void> {
    const identity = await identityOf(folder);
    if (identity !== undefined) return this.add(identity, folder);
    if (depth === 0 || !existsSync(folder) || existsSync(join(folder, 'config.json'))) return;
    const inside = await readdir(folder, { withFileTypes: true });
    for (const entry of inside)
      if (entry.isDirectory() || entry.isSymbolicLink()) await this.#collect(join(folder, entry.name), depth - 1);
  }
}

/** The identity of the finished run in a folder; undefined where there is none. */
async function identityOf(folder: string, depth = SOURCES): Promise<string | undefined> {
  const file = join(folder, 'config.json');
  const done = ['result.json', DIVERGED].some((name) => existsSync(join(folder, name)));
  if (!done || !existsSync(file)) return undefined;
  const config = await readConfigFile(file);
  return config.command === 'train' ? trainingIdentity(await naming(config, depth)) : undefined;
}

/** How many runs in a row may each have learned from the next: of more the folders are taken as they are called. */
const SOURCES = 4;

/** Settings that name the runs that they need not by their folders, which may be anywhere, but by their identities. */
async function naming(config: JsonObject, depth: number): Promise<JsonObject> {
  if (depth === 0) return config;
  const named: Record<string, string> = {};
  for (const name of ['teacher', 'init'] as const) {
    const folder = config[name];
    const identity = typeof folder === 'string' ? await identityOf(folder, depth - 1) : undefined;
    if (identity !== undefined) named[name] = identity;
  }
  return { ...config, ...named };
}

/** File in the folder of a training whose numbers were no numbers any more; it says why. */
export const DIVERGED = 'diverged.json';
