import { nearestName } from './nearest-name.ts';

/** `; did you mean "batch"?`, if there is a name near to the word. */
export function suggest(word: unknown, names: readonly string[]): string {
  if (typeof word !== 'string' || word.length > 40) return '';
  const near = nearestName(word, names);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
