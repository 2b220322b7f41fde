/**
 * `3:07` for 187 seconds.
 *
 * @example
 * ```ts
 * clock(187); // '3:07'
 * ```
 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
