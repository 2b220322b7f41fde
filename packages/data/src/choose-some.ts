import { foldIn, type Key, permutation } from '@diffgan/ops';

/**
 * Some of labelled examples, drawn at random and as many of each class as its share: the first of every class before the second of any
 * that is not larger.
 *
 * @param examples in the order that is kept
 * @param limit how many are wanted
 * @param key decides which
 */
export function chooseSome<T extends { readonly label?: number }>(
  examples: readonly T[],
  limit: number,
  key: Key,
): T[] {
  if (limit >= examples.length) return [...examples];
  const classes = new Map<number, number[]>();
  examples.forEach(({ label = 0 }, i) => classes.set(label, [...(classes.get(label) ?? []), i]));
  const ranked = [...classes].flatMap(([label, members]) =>
    Array.from(permutation(foldIn(key, label), members.length), (at, rank) => ({
      index: members[at],
      place: rank / members.length,
    })),
  );
  const chosen = ranked.sort((a, b) => a.place - b.place || a.index - b.index).slice(0, limit);
  return chosen
    .map(({ index }) => index)
    .sort((a, b) => a - b)
    .map((index) => examples[index]);
}
