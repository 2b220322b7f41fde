import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';

/**
 * Moves a folder (or file) to the first free name with a number, so that something new can take its place; returns that name.
 *
 * @example
 * ```ts
 * await makeFolder('runs/old');
 * await moveAside('runs/old'); // 'runs/old-1'
 * ```
 */
export async function moveAside(path: string): Promise<string> {
  let n = 1;
  while (existsSync(`${path}-${n}`)) n++;
  await rename(path, `${path}-${n}`);
  return `${path}-${n}`;
}
