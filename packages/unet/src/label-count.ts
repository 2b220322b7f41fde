import type { LabelConfig } from './config.ts';

/** How many labels a network knows, that for no class among them; undefined if it takes none. */
export function labelCount({ classes, nullClass = false }: LabelConfig): number | undefined {
  return classes === undefined ? undefined : classes + (nullClass ? 1 : 0);
}
