const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as HTML or SVG.
 *
 * @example
 * ```ts
 * escapeHtml('a < b'); // 'a &lt; b'
 * ```
 */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]);
