/**
 * The name that somebody may have meant: the candidate with the fewest edits to `word`, when few enough that a slip of the finger explains
 * them.
 *
 * @example
 * ```ts
 * import { nearestName } from '@diffgan/config';
 *
 * nearestName('tensorfow', ['tensorflow', 'webgpu', 'wasm', 'cpu']); // 'tensorflow'
 * ```
 */
export function nearestName<T extends string>(word: string, candidates: readonly T[]): T | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked.at(0);
  return best && best.edits <= Math.max(2, best.candidate.length / 2) && best.edits < best.candidate.length
    ? best.candidate
    : undefined;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}
