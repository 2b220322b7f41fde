const maxNumbers = 1 << 19; // 4 MB
const maxRows = 256; // more are not multiplied faster
const firstRows = 8;

/** Vectors that wait until there are enough to be multiplied at once. A few take little memory, many take 4 MB. */
export class WaitingRows {
  readonly #dim: number;
  readonly #most: number;
  #numbers = new Float64Array(0);
  #end = 0;

  constructor(dim: number) {
    this.#dim = dim;
    this.#most = dim * Math.min(maxRows, Math.max(1, Math.floor(maxNumbers / dim)));
  }

  get full(): boolean {
    return this.#end === this.#most;
  }

  /** Copies vectors from `begin` on, as many as there is room for; returns where the next one begins. */
  put(rows: Float32Array | Float64Array, begin: number): number {
    const end = Math.min(rows.length, begin + this.#most - this.#end);
    this.#reserve(this.#end + end - begin);
    this.#numbers.set(rows.subarray(begin, end), this.#end);
    this.#end += end - begin;
    return end;
  }

  /** All of them, one after the other; valid until the next ones come. */
  take(): Float64Array {
    const taken = this.#numbers.subarray(0, this.#end);
    this.#end = 0;
    return taken;
  }

  #reserve(count: number): void {
    if (count <= this.#numbers.length) return;
    const larger = new Float64Array(Math.min(this.#most, Math.max(firstRows * this.#dim, 2 * count)));
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
