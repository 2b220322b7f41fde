import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@diffgan/files';
import type { Json } from '@diffgan/runs';
import type { Kind, Measurement, Values } from '../../measurement.ts';
import type { Training } from '../../training.ts';
import { hashOf } from '../identity.ts';
import { trained } from '../trained.ts';
import { resolveTraining } from '../training-settings.ts';
import { scaled, type Shelf, type Workplace } from '../workplace.ts';
import { measureBitsOf } from './bits.ts';
import { measureBumps } from './bumps.ts';
import { measureCode } from './code.ts';
import { measureGuided } from './guided.ts';
import type { Measured, Place } from './measured.ts';
import { measureMixed } from './mixed.ts';
import { measureModes } from './modes.ts';
import { measureNeighbours } from './neighbours.ts';
import { measureProgress } from './progress.ts';
import { measureScores } from './scores.ts';
import { measureShared } from './shared.ts';
import { measureStacked } from './stacked.ts';
import { measureStudent } from './student.ts';
import { measureTiming } from './timing.ts';

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

/** Trainings that a measurement is of. */
export const trainingsOf = (measurement: Measurement): Training[] => [
  ...(measurement.of ? [measurement.of] : []),
  ...(measurement.kind === 'guided' && measurement.classifier ? [measurement.classifier] : []),
  ...(measurement.kind === 'scores' && measurement.worse ? [measurement.worse] : []),
];

/** A measurement with fewer samples, and what it is found by. */
export async function planMeasurement(whole: Measurement, { runs, scale }: Shelf): Promise<PlannedMeasurement> {
  const measurement = 'count' in whole ? { ...whole, count: scaled(whole.count, scale, FEWEST_SAMPLES) } : whole;
  const apart = ['name', 'of', 'classifier', 'worse'];
  const told = Object.entries(measurement).filter(([name]) => !apart.includes(name)) as [string, Json][];
  const of = await Promise.all(trainingsOf(measurement).map((one) => resolveTraining(one, scale)));
  const key = hashOf({ ...Object.fromEntries(told), of: of.map(({ identity }) => identity) });
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
  const runs: string[] = [];
  for (const training of trainingsOf(measurement)) {
    const run = await trained(training, place);
    if (run === undefined) return;
    runs.push(run);
  }
  place.terminal.heading(`Measuring ${measurement.kind} of ${measurement.name}`);
  const began = performance.now();
  await mkdir(folder, { recursive: true });
  const { values, files } = await measureOf(measurement, { run: runs[0] ?? '', guide: runs[1], folder }, place);
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
    case 'student':
      return measureStudent(measurement, place);
    case 'stacked':
      return measureStacked(measurement, at, place);
    case 'timing':
      return measureTiming(measurement, at, place);
    case 'bits':
      return measureBitsOf(measurement, at, place);
    case 'code':
      return measureCode(measurement, at, place);
    case 'progress':
      return measureProgress(measurement, at, place);
    case 'shared':
      return measureShared(measurement, at, place);
    case 'mixed':
      return measureMixed(measurement, at, place);
    case 'neighbours':
      return measureNeighbours(measurement, at, place);
    case 'guided':
      return measureGuided(measurement, at, place);
  }
}
