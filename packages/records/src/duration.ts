/**
 * `45.2 s`, `3 min 7 s` or `2 h 14 min`.
 *
 * @example
 * ```ts
 * duration(8040); // '2 h 14 min'
 * ```
 */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
