/** More of a value says less; the whole is in `config.json`. */
const MAX_LENGTH = 160;

/**
 * Nested settings as rows such as `['r1.gamma', '0.2']`.
 *
 * @example
 * ```ts
 * settingsRows({ steps: 4, r1: { gamma: 0.2 } }); // [['steps', '4'], ['r1.gamma', '0.2']]
 * ```
 */
export function settingsRows(settings: object, prefix = ''): [name: string, value: string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, string][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
      ? settingsRows(value, `${prefix}${name}.`)
      : [[prefix + name, short(value)]],
  );
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
