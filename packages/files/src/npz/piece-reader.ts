/** Takes bytes off a sequence of pieces in portions of any size. */
export class PieceReader {
  readonly #pieces: AsyncGenerator<Uint8Array, void>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncGenerator<Uint8Array, void>) {
    this.#pieces = pieces;
  }

  /** The next bytes, as many as fit, fewer only at the end; returns how many. */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#piece.length === 0) {
        const { done, value } = await this.#pieces.next();
        if (done) break;
        this.#piece = value;
      }
      const part = this.#piece.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
    return filled;
  }

  /** Ends the sequence early. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }
}
