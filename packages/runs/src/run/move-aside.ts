import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * Moves a folder (or file) to the first free name with a number, so that something new can take its place; returns that name.
 *
 * @throws UsageError for the working folder and those above it, on which more relies than what is in the way
 * @example
 * ```ts
 * await makeFolder('runs/old');
 * await moveAside('runs/old'); // 'runs/old-1'
 * ```
 */
export async function moveAside(path: string): Promise<string> {
  const inside = relative(path, process.cwd());
  if (inside.split(sep)[0] !== '..')
    throw new UsageError(
      `${path} is the folder that the command works in, or above it, so that it is not moved aside; choose another one with --out`,
    );
  let n = 1;
  while (existsSync(`${path}-${n}`)) n++;
  await rename(path, `${path}-${n}`);
  return `${path}-${n}`;
}
