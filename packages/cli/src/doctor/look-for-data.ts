import { datasetFolder, datasetNames } from '@diffgan/data';
import type { Finding } from '@diffgan/runtime/node';

/** Data sets on this disk. */
export function lookForData(): Finding {
  const found: string[] = [];
  for (const name of datasetNames) {
    const folder = datasetFolder(name);
    if (folder !== undefined) found.push(`${name} in ${folder}`);
  }
  return found.length === 0
    ? { ok: false, detail: 'none on this disk; fashion-mnist is downloaded when first used' }
    : { ok: true, detail: found.join(', ') };
}
