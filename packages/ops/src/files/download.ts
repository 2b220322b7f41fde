import type { ByteSource } from './byte-source.ts';

/**
 * Asks for `address`, or for what lies behind its first `from` bytes.
 *
 * @returns the answer, whose body the caller reads or cancels.
 * @throws Error naming the address when nobody answers, or with another status than success.
 */
export async function request(
  address: string,
  { from = 0, signal }: { from?: number; signal?: AbortSignal } = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { signal, ...(from > 0 && { headers: { Range: `bytes=${from}-` } }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`readBytes: cannot reach ${address}: ${(error as Error).message}`, { cause: error });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`readBytes: ${address} answered ${response.status} ${response.statusText}`);
}

/** Up to so many bytes are passed over rather than asked for anew. */
const maxSkip = 1 << 20;

/**
 * A source of what a server has at `address`: one download, read as far as it is needed. What lies behind or far ahead is asked for
 * as a range, where the server gives ranges, else the download starts again.
 *
 * @param first the answer to a request for the whole, unread.
 * @param size its length.
 */
export function downloadSource(
  address: string,
  { first, size, signal }: { first: Response; size: number; signal?: AbortSignal },
): ByteSource {
  const ranges = first.headers.get('accept-ranges') === 'bytes';
  let body = new Body(address, first, 0);

  async function reach(begin: number): Promise<void> {
    const ahead = begin - body.position;
    if (ahead < 0 || (ranges && ahead > maxSkip)) {
      await body.cancel();
      body = await restart(ranges ? begin : 0);
    }
    await body.skip(begin - body.position);
  }
  async function restart(from: number): Promise<Body> {
    const response = await request(address, { from, signal });
    const [, begin, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (response.status !== 206) return new Body(address, response, 0); // the whole after all
    if (Number(begin) === from && Number(total) === size) return new Body(address, response, from);
    await response.body?.cancel();
    throw new Error(`readBytes: ${address} changed while it was read; read it again`);
  }
  return {
    size,
    async read(begin, end) {
      signal?.throwIfAborted();
      await reach(begin);
      return body.take(end - begin);
    },
    close: () => body.cancel(),
  };
}

/** The body of an answer, read in ascending order. */
class Body {
  readonly #address: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #piece: Uint8Array = new Uint8Array(0);
  /** Where the next byte lies in the whole. */
  position: number;

  constructor(address: string, response: Response, position: number) {
    this.#address = address;
    this.#reader = response.body?.getReader();
    this.position = position;
  }

  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(count);
    await this.#pass(count, (piece, done) => bytes.set(piece, done));
    return bytes;
  }

  skip(count: number): Promise<void> {
    return this.#pass(count, () => undefined);
  }

  async cancel(): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined); // a broken connection is as good as a closed one
  }

  async #pass(count: number, visit: (piece: Uint8Array, done: number) => void): Promise<void> {
    for (let done = 0; done < count;) {
      if (this.#piece.length === 0) this.#piece = await this.#next();
      const piece = this.#piece.subarray(0, count - done);
      visit(piece, done);
      this.#piece = this.#piece.subarray(piece.length);
      this.position += piece.length;
      done += piece.length;
    }
  }

  async #next(): Promise<Uint8Array> {
    const next = await this.#reader?.read().catch((error: unknown) => {
      if ((error as Error).name === 'AbortError') throw error;
      throw this.#broken(`broke (${(error as Error).message})`, error);
    });
    if (next === undefined || next.done) throw this.#broken('ended');
    return next.value;
  }

  #broken(how: string, cause?: unknown): Error {
    return new Error(`readBytes: the connection to ${this.#address} ${how} at byte ${this.position}; try again`, {
      cause,
    });
  }
}
