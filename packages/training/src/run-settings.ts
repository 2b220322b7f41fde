import type { Checkpoint } from './checkpoint.ts';
import { contentOf } from './training-data.ts';

/** What the course of training depends on, by name. */
export type Settings = Record<string, unknown>;

/** Throws unless a run goes on as it began: it may have got another length on the way, and its data another name. */
export function assertSameSettings(file: string, checkpoint: Checkpoint, settings: Settings): void {
  const names = new Set([...Object.keys(checkpoint.settings), ...Object.keys(settings)]);
  names.delete('steps');
  const changes = [...names]
    .map((name) => [name, comparable(name, checkpoint.settings[name]), comparable(name, settings[name])])
    .filter(([, saved, asked]) => saved !== asked)
    .map(([name, saved, asked]) => `${name}: ${saved} → ${asked}`);
  if (changes.length > 0)
    throw new RangeError(
      `training: ${file} belongs to a run with other settings (${changes.join('; ')}); resume with the same ones, or use another file`,
    );
}

const comparable = (name: string, value: unknown): string =>
  canonical(name === 'data' ? contentOf(value as Record<string, unknown> | undefined) : value);

/** Says that a run goes on to another end than it was begun with, if it does. */
export function otherLength(
  file: string,
  { step, settings: saved }: Checkpoint,
  { steps }: Settings,
): string | undefined {
  if (typeof steps === 'number' && steps < step)
    throw new RangeError(`training: ${file} holds ${step} steps already, and the run is to have ${steps}; give more`);
  if (saved.steps === steps) return undefined;
  const [before, now] = [saved.steps, steps].map((length) => (typeof length === 'number' ? `${length} steps` : length));
  return (
    `the run was to go on for ${before}, now it is for ${now}: learning rates, and what else changes over the whole run, ` +
    'are from here on as in a run of the new length'
  );
}

/** JSON with sorted keys: the order in which fields were written down is not a difference. */
export function canonical(value: unknown): string {
  const sorted = (_: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? 'nothing';
}
