/**
 * A value as a message shows it: short, whatever it is.
 *
 * @example
 * ```ts
 * show({ steps: 4 }); // '{"steps":4}'
 * ```
 */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
