import { diffusers } from './diffusers.ts';
import type { Layout } from './layout.ts';
import { ncsnpp } from './ncsnpp.ts';
import { openai, openaiNewOrder } from './openai.ts';

/** A layout of weight files: the library's own, or that of another one. */
export type LayoutName = 'native' | 'diffusers' | 'ncsnpp' | 'openai' | 'openai-new-order';

/** The layouts of other libraries, by name. */
export const foreignLayouts: Readonly<Partial<Record<LayoutName, Layout>>> = {
  diffusers,
  ncsnpp,
  openai,
  'openai-new-order': openaiNewOrder,
};

/**
 * All layouts that can be asked for.
 *
 * @example
 * ```ts
 * layoutNames.includes('diffusers'); // true
 * ```
 */
export const layoutNames = ['native', ...Object.keys(foreignLayouts)] as readonly LayoutName[];
