import { parseArgs } from 'node:util';

/** What the flags of a script are worth: numbers where their defaults are numbers, otherwise texts. */
type Values<Defaults> = { -readonly [Name in keyof Defaults]: Defaults[Name] extends number ? number : string };

/**
 * The flags of a script, `--times 20 --out FILE`, each with its default.
 *
 * @throws RangeError for what should be a number and is none; TypeError for unknown flags.
 * @example
 * ```ts
 * const { times, out } = flags({ times: 20, out: 'precision.json' });
 * ```
 */
export function flags<const Defaults extends Readonly<Record<string, number | string>>>(
  defaults: Defaults,
  args: readonly string[] = process.argv.slice(2),
): Values<Defaults> {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' } as const]));
  const { values } = parseArgs({ args: [...args], options });
  const entries = Object.entries(defaults).map(([name, standard]) => {
    const text = values[name];
    if (typeof standard === 'string' || text === undefined) return [name, text ?? standard];
    if (text.trim() === '' || !Number.isFinite(Number(text)))
      throw new RangeError(`--${name} is ${text}; it must be a number, such as ${standard}`);
    return [name, Number(text)];
  });
  return Object.fromEntries(entries) as Values<Defaults>;
}
