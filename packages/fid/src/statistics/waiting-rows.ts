const maxNumbers = 1 << 19; // 4 MB
const maxRows = 256; // more are not multiplied faster
const firstRows = 8;

/** Vectors that wait until there are enough to be multiplied at once. A few take little memory, many take 4 MB. */
export class WaitingRows {
  readonly #dim: number;
  readonly #most: number;
  #numbers = new Float64Array(0);
  #count = 0;

  constructor(dim: number) {
    this.#dim = dim;
    this.#most = Math.min(maxRows, Math.max(1, Math.floor(maxNumbers / dim)));
  }

  get full(): boolean {
    return this.#count === this.#most;
  }

  /** Room for one more vector, to be filled at once. */
  next(): Float64Array {
    const begin = this.#count++ * this.#dim;
    if (begin === this.#numbers.length) {
      const rows = Math.min(this.#most, Math.max(firstRows, 2 * this.#count));
      const larger = new Float64Array(rows * this.#dim);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return this.#numbers.subarray(begin, begin + this.#dim);
  }

  /** All of them, one after the other; valid until the next one comes. */
  take(): Float64Array {
    const taken = this.#numbers.subarray(0, this.#count * this.#dim);
    this.#count = 0;
    return taken;
  }
}
