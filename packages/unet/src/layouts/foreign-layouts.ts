import { diffusers } from './diffusers.ts';
import type { Layout } from './layout.ts';
import type { LayoutName } from './layouts.ts';
import { ncsnpp } from './ncsnpp.ts';
import { openai, openaiNewOrder } from './openai.ts';

/** The layouts of other libraries, by name. In a module of its own, which who loads the library's own files never fetches. */
export const foreignLayouts: Readonly<Record<Exclude<LayoutName, 'native'>, Layout>> = {
  diffusers,
  ncsnpp,
  openai,
  'openai-new-order': openaiNewOrder,
};
