/** Round values that span the data, four to seven of them. */
export function ticks(least: number, most: number): number[] {
  const span = most > least ? most - least : Math.max(1, Math.abs(most));
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((m) => span / (power * m) <= 6) as number);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten that span positive data, seven at most. */
export function decades(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)));
  const step = Math.ceil((last - first) / 6);
  return Array.from({ length: Math.ceil((last - first) / step) + 1 }, (_, i) => 10 ** (first + i * step));
}

/** 1, 2 and 5 times powers of ten that span positive data; only powers where these would be many. */
export function logTicks(least: number, most: number): number[] {
  const powers = Array.from(
    { length: Math.floor(Math.log10(most)) - Math.floor(Math.log10(least)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(least)) + i),
  );
  const all = [...powers.flatMap((power) => [power, 2 * power, 5 * power]), 10 * powers[powers.length - 1]];
  const first = all.findLastIndex((tick) => tick <= least * (1 + 1e-9));
  const last = all.findIndex((tick) => tick >= most * (1 - 1e-9));
  const span = all.slice(first, Math.max(last, first + 1) + 1);
  return span.length <= 12 ? span : decades(least, most);
}

/** A tick as text. */
export const tickLabel = (value: number): string => {
  const short = Number(value.toPrecision(6));
  const [digits, power] = short.toExponential().split('e');
  return short !== 0 && Math.abs(Number(power)) > 4 ? `${digits}e${Number(power)}` : String(short);
};
