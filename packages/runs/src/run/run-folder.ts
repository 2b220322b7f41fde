import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import type { JsonObject } from '../config/merge.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../errors.ts';
import type { RunConfig } from '../tasks/tasks.ts';
import { makeFolder } from './make-folder.ts';
import { moveAside } from './move-aside.ts';
import { withSchema } from './with-schema.ts';

/** The folder of a run and the names of what is in it. */
export class RunFolder {
  readonly path: string;

  /** @param given its path as the user gave it. */
  constructor(readonly given: string) {
    this.path = resolve(given);
  }

  /** Path of a file inside. */
  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * Makes the folder; a finished or interrupted run that is in its place moves aside, to where `onMove` is told, and nothing is lost.
   *
   * @throws UsageError where the `config.json` there is none of a run: the folder is somebody else's, and stays where it is
   */
  async begin(onMove?: (aside: string) => void): Promise<void> {
    if (existsSync(this.file('config.json'))) {
      await this.#checkOwn();
      const aside = await moveAside(this.path);
      onMove?.(aside);
    }
    await makeFolder(this.path);
  }

  async #checkOwn(): Promise<void> {
    const file = this.file('config.json');
    const { command } = await readConfigFile(file).catch((): JsonObject => ({}));
    if (command !== 'train' && command !== 'quickstart')
      throw new UsageError(`${file} is not of a run, so that nothing is moved; choose another folder with --out`);
  }

  /** Stores the resolved settings. */
  async writeConfig(config: RunConfig): Promise<void> {
    const text = JSON.stringify(withSchema(config, this.path), null, 2);
    await writeAtomically(this.file('config.json'), `${text}\n`);
  }

  /**
   * The settings of the run to go on with.
   *
   * @param check throws for what are not such settings.
   */
  async readConfig<Config>(check: (json: JsonObject) => Config): Promise<Config> {
    const file = this.file('config.json');
    if (!existsSync(file))
      throw new UsageError(
        `there is no run to resume in ${this.path}; leave out --resume, or name its folder with --out`,
      );
    try {
      return check(await readConfigFile(file));
    } catch (cause) {
      throw new UsageError(`${file} cannot be used: ${(cause as Error).message}; start anew without --resume`, {
        cause,
      });
    }
  }
}
