/** Round values that span the data, four to seven of them. */
export function ticks(least: number, most: number): number[] {
  const span = most > least ? most - least : Math.max(1, Math.abs(most));
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((m) => span / (power * m) <= 6) as number);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** A tick as text. */
export const tickLabel = (value: number): string => String(Number(value.toPrecision(6)));
