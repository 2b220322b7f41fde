import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NpzWriter, openNpz, writeAtomically } from '@diffgan/files';
import { withinRun } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { SampleResult } from '../commands/sample.ts';
import { freshFolder } from '../sample/outputs/fresh-folder.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { inOrder, type Part } from './check-parts.ts';

const ROWS = 1000;
const MARKER = 'sample.json';

type SamplePart = SampleResult & Part;

/** Puts the parts of a set of samples together, in their order. */
export async function mergeSamples(folders: readonly string[], out: string, terminal: Terminal): Promise<SampleResult> {
  const parts = inOrder(
    await Promise.all(folders.map(readPart)),
    ({ version, from, sampling, batch, seed, precision }) => ({ version, from, sampling, batch, seed, precision }),
  );
  return withinRun(resolve(out), async () => {
    const folder = await freshFolder(resolve(out), terminal);
    const { shard, ...first } = parts[0];
    const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
    const whole: SampleResult = { ...first, count: shard.total, seconds, folder, files: ['samples.npz'] };
    await writeArrays(parts, join(folder, 'samples.npz'));
    await writeAtomically(join(folder, MARKER), `${JSON.stringify(whole, null, 2)}\n`);
    terminal.say(`${whole.count} samples of ${parts.length} parts: ${join(folder, 'samples.npz')}`);
    return whole;
  });
}

async function readPart(folder: string): Promise<SamplePart> {
  const path = resolve(folder);
  const told = await readFile(join(path, MARKER), 'utf8').then(
    (text) => JSON.parse(text) as SamplePart,
    (cause: unknown) => {
      throw new UsageError(`${path} has no samples (${(cause as Error).message})`, { cause });
    },
  );
  if (typeof told.shard?.index !== 'number')
    throw new UsageError(`${path} is no part of a set of samples; draw parts with sample --shard i/n`);
  return { ...told, folder: path };
}

async function writeArrays(parts: readonly SamplePart[], path: string): Promise<void> {
  const writer = await NpzWriter.create(path);
  try {
    for (const name of ['arr_0', 'arr_1'])
      for (const { folder } of parts) await appendRows(writer, join(folder, 'samples.npz'), name);
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function appendRows(writer: NpzWriter, path: string, name: string): Promise<void> {
  const file = await openNpz(path);
  try {
    if (!(name in file.entries)) return;
    for await (const { shape, data } of file.rows(name, { batch: ROWS }))
      await writer.append(name, { shape: [...shape], data });
  } finally {
    await file.close();
  }
}
