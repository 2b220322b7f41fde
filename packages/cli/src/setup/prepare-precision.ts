import { availablePrecision, type Precision } from '@diffgan/runtime';
import type { Terminal } from '../terminal/terminal.ts';

/** What can be computed in on the backend in use when `asked` is asked for; says so where it is another one. */
export function preparePrecision(asked: Precision | undefined, terminal: Terminal): Precision {
  const { precision, why } = availablePrecision(asked ?? 'float32');
  if (why !== undefined) terminal.say(`Precision: ${why}`);
  return precision;
}
