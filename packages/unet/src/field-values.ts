/** A value of a configuration as an error names it. */
export const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Whether a value is one of 1, 2, …, max. */
export const isWhole = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
