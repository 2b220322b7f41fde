/** Steps whose mean counts. */
export const WINDOW = 200;

/** The mean of the last values. */
export class WindowMean {
  readonly #values: number[] = [];

  /** Adds a value; the mean once the window is full. */
  add(value: number): number | undefined {
    this.#values.push(value);
    if (this.#values.length > WINDOW) this.#values.shift();
    if (this.#values.length < WINDOW) return undefined;
    return this.#values.reduce((a, b) => a + b, 0) / WINDOW;
  }
}
