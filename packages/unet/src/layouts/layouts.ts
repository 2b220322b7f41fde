import type { Layout } from './layout.ts';

/** A layout of weight files: the library's own, or that of another one. */
export type LayoutName = 'native' | 'diffusers' | 'ncsnpp' | 'openai';

/** The layouts of other libraries, by name. */
export const foreignLayouts: Readonly<Partial<Record<LayoutName, Layout>>> = {};

/** All layouts that can be asked for. */
export const layoutNames = ['native', ...Object.keys(foreignLayouts)] as readonly LayoutName[];
