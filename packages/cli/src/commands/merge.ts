import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NpzWriter, openNpz, writeAtomically } from '@diffgan/files';
import { withinRun } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { freshFolder } from '../sample/outputs/fresh-folder.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SampleResult } from './sample.ts';

const ROWS = 1000;
const MARKER = 'sample.json';

type Part = SampleResult & { shard: NonNullable<SampleResult['shard']> };

/** Puts the parts of a set of samples together, in their order. */
export async function merge(folders: readonly string[], out: string, terminal: Terminal): Promise<SampleResult> {
  const parts = await Promise.all(folders.map(readPart));
  checkTogether(parts);
  parts.sort((a, b) => a.shard.index - b.shard.index);
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

async function readPart(folder: string): Promise<Part> {
  const path = resolve(folder);
  const told = await readFile(join(path, MARKER), 'utf8').then(
    (text) => JSON.parse(text) as Part,
    (cause: unknown) => {
      throw new UsageError(`${path} has no samples (${(cause as Error).message})`, { cause });
    },
  );
  if (typeof told.shard?.index !== 'number')
    throw new UsageError(`${path} is no part of a set of samples; draw parts with sample --shard i/n`);
  return { ...told, folder: path };
}

/** All parts of one set, each once and complete. */
function checkTogether(parts: readonly Part[]): void {
  const [first] = parts;
  const { of, total } = first.shard;
  const common = ({ version, from, sampling, batch, seed, precision, shard }: Part) => ({
    ...{ version, from, sampling, batch, seed, precision },
    ...{ of: shard.of, total: shard.total },
  });
  const other = parts.find((part) => !isDeepStrictEqual(common(part), common(first)));
  if (other)
    throw new UsageError(`${other.folder} and ${first.folder} are parts of different sets; merge one at a time`);
  const found = parts.map(({ shard }) => shard.index);
  const twice = found.find((index, i) => found.indexOf(index) < i);
  if (twice !== undefined) throw new UsageError(`part ${twice} of ${of} is there twice; name each once`);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !found.includes(index));
  if (missing.length > 0)
    throw new UsageError(`part ${missing.join(', ')} of ${of} is missing; name the folders of all parts`);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count !== total) throw new UsageError(`the parts have ${count} of ${total} samples; draw again what was stopped`);
}

async function writeArrays(parts: readonly Part[], path: string): Promise<void> {
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
