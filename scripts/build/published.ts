import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from 'tsup';

/** What a package builds: one entry per source file that its `exports` name. */
export interface Published {
  name: string;
  folder: string;
  sources: string[];
  formats: Format[];
}

/** The packages that are published, which all have their build in `dist`. */
export const published = (): Published[] =>
  [...readdirSync('packages').map((name) => join('packages', name)), 'experiments'].map((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      exports: Record<string, { '@diffgan/source'?: string; require?: object }>;
    };
    const entries = Object.values(exports).filter((entry) => entry['@diffgan/source'] !== undefined);
    return {
      name,
      folder,
      sources: entries.map((entry) => entry['@diffgan/source']!),
      formats: entries.every((entry) => entry.require) ? ['esm', 'cjs'] : ['esm'],
    };
  });
