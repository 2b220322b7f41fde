import { type AnySchema, kinds, parse, show } from '@diffgan/config';

/**
 * Makes sure that a factory can make what a configuration describes.
 *
 * @param schemas by the kinds that the factory makes.
 * @throws TypeError if it is no object; RangeError naming the field that is wrong.
 */
export function requireConfig(factory: string, schemas: Readonly<Record<string, AnySchema>>, config: unknown): void {
  if (typeof config !== 'object' || config === null)
    throw new TypeError(`${factory}: the configuration is ${show(config)}; it must be an object`);
  parse(kinds('kind', schemas), config, (problem) => new RangeError(`${factory}: ${problem}`));
}
