import { resolve } from 'node:path';
import type { RunConfig } from '../tasks/tasks.ts';
import type { DataConfig } from './data-config.ts';
import { shippedName } from './shipped-model.ts';

/** Settings whose paths are absolute, so that the run can be gone on with from any working folder; names of models stay names. */
export function withAbsolutePaths(config: RunConfig): RunConfig {
  const { init } = config;
  return {
    ...config,
    data: dataFrom(config.data),
    ...(init !== undefined && { init: placeOf(init) }),
    ...(config.task === 'distil' && { teacher: placeOf(config.teacher) }),
  };
}

const placeOf = (model: string): string => shippedName(model) ?? resolve(model);

function dataFrom(data: DataConfig): DataConfig {
  if ('folder' in data) return data.folder === '' ? data : { ...data, folder: resolve(data.folder) };
  return 'dir' in data && data.dir !== undefined ? { ...data, dir: resolve(data.dir) } : data;
}
