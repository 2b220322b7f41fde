import { type NoiseSchedule, parseSchedule as parse } from '@diffgan/schedule';
import { UsageError } from '../errors.ts';

/**
 * The schedule of a text such as `linear:1000` or `scaled_linear:1000,start=0.00085,end=0.012`.
 *
 * @example
 * ```ts
 * const { steps } = parseSchedule('linear:1000'); // 1000
 * ```
 */
export function parseSchedule(text: string): NoiseSchedule {
  try {
    return parse(text);
  } catch (cause) {
    const given = JSON.stringify(text.slice(0, 60)).slice(1, -1);
    throw new UsageError(`--schedule ${given}: ${(cause as Error).message.replace('parseSchedule: ', '')}`, { cause });
  }
}
