import { spawnSync } from 'node:child_process';
import { published } from './published.ts';

/** The tarball of each package by its name, made in a folder; as npm publishes it, so run the build before. */
export function pack(folder: string): Map<string, string> {
  const args = ['pack', '--json', '--pack-destination', folder, ...published().flatMap((one) => ['-w', one.folder])];
  const { stdout, stderr, status } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  const packed = Object.values(JSON.parse(stdout) as Record<string, { name: string; filename: string }>);
  return new Map(packed.map(({ name, filename }) => [name, filename]));
}
