/** What a number must be. */
export interface NumberBounds {
  /** Smallest value allowed. */
  min: number;
  /** Values must stay below this. @defaultValue `Infinity` */
  below?: number;
  /** Whether only whole numbers are allowed. @defaultValue `false` */
  integer?: boolean;
}

/** Throws a RangeError naming `name` unless `value` is a finite number within the bounds. */
export function checkNumber(
  name: string,
  value: unknown,
  { min, below = Infinity, integer = false }: NumberBounds,
): void {
  const number = typeof value === 'number' ? value : NaN;
  if (number >= min && number < below && (!integer || Number.isInteger(number))) return;
  const kind = integer ? 'an integer' : 'a number';
  throw new RangeError(
    `${name} is ${String(value)}; it must be ${kind} of at least ${min}${below < Infinity ? ` and below ${below}` : ''}`,
  );
}
