import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listed } from '@diffgan/files';
import { makeFolder, moveAside } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { Terminal } from '../../terminal/terminal.ts';

const marker = 'sample.json';
/** All that the command makes in its folder. */
const made = ['images', 'grid.png', 'points.svg', 'samples.npz', 'points.csv', 'chain.gif', marker];
/** What may be beside that: the scores of the samples, and a lock that found no place elsewhere. */
const beside = ['evaluation.json', 'report.html', '.lock'];

/**
 * Makes the folder of new samples; an earlier set that is in its place moves aside and nothing is lost.
 *
 * @param folder absolute
 * @throws UsageError where the folder holds more than samples, such as the run that they are drawn from, or files of their names that
 * are not known to be samples: those are left where they are
 */
export async function freshFolder(folder: string, terminal: Terminal): Promise<string> {
  const names: string[] = await readdir(folder).catch(() => []);
  const inTheWay = names.filter((name) => made.includes(name));
  const others = names.filter((name) => ![...made, ...beside].includes(name));
  const refuse = (why: string) =>
    new UsageError(`${folder} ${why}, so that nothing is moved or overwritten; choose another folder with --out`);
  if (inTheWay.length > 0) {
    if (!names.includes(marker)) throw refuse(`has ${listed(inTheWay)} without the ${marker} of samples`);
    if (others.length > 0) throw refuse(`has earlier samples beside ${listed(others)}`);
    terminal.say(`The samples that were in ${folder} are now in ${await moveAside(folder)}`);
  }
  await makeFolder(folder);
  return folder;
}

/** Takes the marker away again where nothing was drawn beside it. */
export async function unmark(folder: string): Promise<void> {
  if ((await readdir(folder)).every((name) => name === marker)) await rm(join(folder, marker), { force: true });
}
