import { join } from 'node:path';
import { parse } from '@diffgan/config';
import { readConfigFile } from '../config/read-config-file.ts';
import { UsageError } from '../errors.ts';
import { type DataConfig, dataSchema } from './data-config.ts';

/**
 * What the run in a folder learned from.
 *
 * @throws UsageError when its settings do not tell that.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 *
 * await makeFolder('runs/points');
 * await writeFile('runs/points/config.json', '{ "data": { "name": "gaussians25", "count": 1000 } }');
 * const data = await readDataConfig('runs/points'); // { name: 'gaussians25', count: 1000 }
 * ```
 */
export async function readDataConfig(folder: string): Promise<DataConfig> {
  const file = join(folder, 'config.json');
  const { data } = await readConfigFile(file);
  return parse(dataSchema, data, (problem) => new UsageError(`${file}: data: ${problem}`));
}
