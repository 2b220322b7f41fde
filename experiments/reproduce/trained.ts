import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import { readRecords } from '@diffgan/records/node';
import {
  asRunConfig,
  prepareBackend,
  resolveConfig,
  RunFolder,
  runTraining,
  type TrainingOutcome,
} from '@diffgan/runs';
import { TrainingDivergedError } from '@diffgan/training';
import type { TrainingResult } from '../results.ts';
import type { Training } from '../training.ts';
import { DIVERGED } from './runs-folder.ts';
import { sourcesOf } from './sources.ts';
import { resolveTraining, type Sources } from './training-settings.ts';
import type { Shelf, Workplace } from './workplace.ts';

/** The folder of a finished training, which is found, gone on with or begun; undefined if it, or one that it needs, diverged. */
export async function trained(training: Training, place: Workplace): Promise<string | undefined> {
  const { runs, scale, backend, terminal, signal } = place;
  const { given, identity } = await resolveTraining(training, scale);
  const known = runs.finished(identity);
  if (known !== undefined) return existsSync(join(known, DIVERGED)) ? undefined : known;
  const folders = await foldersOf(training, place);
  if (folders === undefined) return undefined;
  const out = runs.folderOf(training.name, training.seed, identity);
  const resume = existsSync(join(out, 'checkpoint/run.safetensors'));
  if (!resume) await rm(out, { recursive: true, force: true }); // it was stopped before its first checkpoint
  try {
    const folder = new RunFolder(out);
    const settings = resume
      ? await folder.readConfig(asRunConfig)
      : (await resolveConfig({ ...given(folders), backend: backend.name })).config;
    const own = await prepareBackend(settings.backend, terminal, signal); // a run goes on where it began
    const request = { folder, config: { ...settings, backend: own.name }, resume };
    await runTraining(request, { backend: own, resumeCommand: 'the same command', terminal, signal });
  } catch (error) {
    if (!(error instanceof TrainingDivergedError)) throw error;
    terminal.say(error.message);
    await writeAtomically(join(out, DIVERGED), `${JSON.stringify({ message: error.message }, null, 2)}\n`);
  }
  runs.add(identity, out);
  return existsSync(join(out, DIVERGED)) ? undefined : out;
}

/** Folders of the trainings that another one needs; undefined if one of them diverged. */
async function foldersOf(training: Training, place: Workplace): Promise<Sources | undefined> {
  const folders: [string, string][] = [];
  for (const [name, source] of sourcesOf(training)) {
    const folder = await trained(source, place);
    if (folder === undefined) return undefined;
    folders.push([name, folder]);
  }
  return Object.fromEntries(folders);
}

/** How a finished training went; undefined for one that is not. */
export async function trainingResult(training: Training, { runs, scale }: Shelf): Promise<TrainingResult | undefined> {
  const { identity } = await resolveTraining(training, scale);
  const folder = runs.finished(identity);
  if (folder === undefined) return undefined;
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const lines = await readRecords(folder);
  const warnings: Record<string, number> = {};
  for (const line of lines) if (line.type === 'warning') warnings[line.kind] = (warnings[line.kind] ?? 0) + 1;
  const { name, seed } = training;
  if (existsSync(join(folder, DIVERGED))) {
    const { message } = (await read(DIVERGED)) as { message: string };
    const config = (await read('config.json')) as TrainingOutcome['config'];
    const last = lines.findLast(({ type }) => type === 'step');
    const told = { config, backend: config.backend ?? 'unknown' };
    return { name, seed, ...told, steps: last?.step ?? 0, seconds: 0, warnings, diverged: message };
  }
  const { config, steps, seconds, backend } = (await read('result.json')) as TrainingOutcome;
  return { name, seed, config, steps, seconds, backend, warnings };
}
