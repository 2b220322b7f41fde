/**
 * All layouts of weight files that can be asked for: the library's own, and those of other ones.
 *
 * @example
 * ```ts
 * layoutNames.includes('diffusers'); // true
 * ```
 */
export const layoutNames = ['native', 'diffusers', 'ncsnpp', 'openai', 'openai-new-order'] as const;

/** A layout of weight files. */
export type LayoutName = (typeof layoutNames)[number];
