import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kind, Measurement, Values } from '@diffgan/experiments';
import { writeAtomically } from '@diffgan/files';
import type { Json } from '../../config/merge.ts';
import { hashOf } from '../identity.ts';
import { trained } from '../trained.ts';
import { resolveTraining } from '../training-settings.ts';
import { scaled, type Shelf, type Workplace } from '../workplace.ts';
import { measureBumps } from './bumps.ts';
import type { Measured, Place } from './measured.ts';
import { measureModes } from './modes.ts';
import { measureScores } from './scores.ts';

const FEWEST_SAMPLES = 100;

/** A measurement at the scale of the workplace. */
export interface PlannedMeasurement {
  readonly measurement: Measurement;
  /** A hash of all that it depends on. */
  readonly key: string;
  /** Where it is kept. */
  readonly folder: string;
}

/** What is kept of a finished measurement. */
export interface KeptMeasurement<K extends Kind = Kind> {
  readonly values: Values[K];
  /** Names of the files beside it. */
  readonly files: readonly string[];
  readonly backend: string;
  readonly seconds: number;
}

/** A measurement with fewer samples, and what it is found by. */
export async function planMeasurement(whole: Measurement, { runs, scale }: Shelf): Promise<PlannedMeasurement> {
  const measurement = 'count' in whole ? { ...whole, count: scaled(whole.count, scale, FEWEST_SAMPLES) } : whole;
  const told = Object.entries(measurement).filter(([name]) => name !== 'name' && name !== 'of') as [string, Json][];
  const of: [string, Json][] = measurement.of ? [['of', (await resolveTraining(measurement.of, scale)).identity]] : [];
  const key = hashOf(Object.fromEntries([...told, ...of]));
  return { measurement, key, folder: runs.measured(measurement.kind, key) };
}

/** What a measurement came to; undefined if it is not finished. */
export async function keptMeasurement({ folder }: PlannedMeasurement): Promise<KeptMeasurement | undefined> {
  const file = join(folder, 'measured.json');
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as KeptMeasurement;
}

/**
 * Measures, and trains before that what is not trained; what is finished already is not done again. A training that diverged has nothing
 * to measure.
 */
export async function measure(planned: PlannedMeasurement, place: Workplace): Promise<void> {
  const { measurement, folder, key } = planned;
  if (existsSync(join(folder, 'measured.json'))) return;
  const run = measurement.of && (await trained(measurement.of, place));
  if (measurement.of && run === undefined) return;
  place.terminal.heading(`Measuring ${measurement.kind} of ${measurement.name}`);
  const began = performance.now();
  await mkdir(folder, { recursive: true });
  const { values, files } = await measureOf(measurement, { run: run ?? '', folder }, place);
  for (const [name, content] of Object.entries(files)) await writeAtomically(join(folder, name), content);
  const backend = place.backend.description;
  const seconds = (performance.now() - began) / 1000;
  const kept = { name: measurement.name, key, values, files: Object.keys(files), backend, seconds };
  await writeAtomically(join(folder, 'measured.json'), `${JSON.stringify(kept, null, 2)}\n`);
}

function measureOf(measurement: Measurement, at: Place, place: Workplace): Promise<Measured<Kind>> | Measured<Kind> {
  switch (measurement.kind) {
    case 'scores':
      return measureScores(measurement, at, place);
    case 'modes':
      return measureModes(measurement, at, place);
    case 'bumps':
      return measureBumps(measurement);
  }
}
