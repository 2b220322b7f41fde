import { constants, existsSync } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeFileAtomic } from '@diffgan/ops/files';
import { moveAside } from '../move-aside.ts';
import { UsageError } from '../usage-error.ts';
import type { QuickstartConfig } from './config.ts';

/** The folder of a run and the names of what is in it. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Path of a file inside. */
  file(name: string): string {
    return join(this.path, name);
  }

  get checkpoint(): string {
    return this.file('checkpoint.safetensors');
  }

  /** Makes the folder; a finished or interrupted run that is in its place moves aside and nothing is lost. */
  async begin(): Promise<string | undefined> {
    let aside: string | undefined;
    if (existsSync(this.file('config.json'))) aside = await moveAside(this.path);
    try {
      await mkdir(this.path, { recursive: true });
      await access(this.path, constants.W_OK);
    } catch (cause) {
      throw new UsageError(
        `cannot write to ${this.path} (${(cause as Error).message}); choose another folder with --out`,
        {
          cause,
        },
      );
    }
    return aside;
  }

  /** Stores the resolved settings. */
  async writeConfig(config: QuickstartConfig): Promise<void> {
    await writeFileAtomic(this.file('config.json'), `${JSON.stringify(config, null, 2)}\n`);
  }

  /** The settings of the run to go on with. */
  async readConfig(): Promise<QuickstartConfig> {
    const file = this.file('config.json');
    if (!existsSync(file))
      throw new UsageError(
        `there is no run to resume in ${this.path}; leave out --resume, or name its folder with --out`,
      );
    try {
      const config = JSON.parse(await readFile(file, 'utf8')) as Partial<QuickstartConfig>;
      if (config.command === 'quickstart' && Number.isInteger(config.steps)) return config as QuickstartConfig;
      throw new TypeError('it is not the config of a quickstart run');
    } catch (cause) {
      throw new UsageError(`${file} cannot be used: ${(cause as Error).message}; start anew without --resume`, {
        cause,
      });
    }
  }
}
