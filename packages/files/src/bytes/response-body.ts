import { DownloadError } from './download-error.ts';
import { patiently } from './patiently.ts';

/** The body of an answer, read in ascending order. */
export class ResponseBody {
  readonly #address: string;
  readonly #pieces: Pieces;
  /** Where the next byte lies in the whole. */
  position: number;

  constructor(address: string, response: Response, position: number) {
    this.#address = address;
    this.#pieces = piecesOf(response.body ?? new Blob([]).stream());
    this.position = position;
  }

  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = new Uint8Array(count);
    for (let done = 0; done < count;) {
      const coming = this.#pieces.next(bytes.subarray(done));
      const piece = await patiently(this.#address, coming, () => void this.cancel()).catch((error: unknown) => {
        if ((error as Error).name === 'AbortError' || error instanceof DownloadError) throw error;
        throw this.#broken(`broke (${(error as Error).message})`, error);
      });
      if (piece === undefined) throw this.#broken('ended');
      bytes = new Uint8Array(piece.buffer);
      done += piece.length;
      this.position += piece.length;
    }
    return bytes;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; left -= maxPiece) await this.take(Math.min(left, maxPiece));
  }

  async cancel(): Promise<void> {
    await this.#pieces.cancel().catch(() => undefined); // a broken connection is as good as a closed one
  }

  #broken(how: string, cause?: unknown): Error {
    return new Error(`readBytes: the connection to ${this.#address} ${how} at byte ${this.position}; try again`, {
      cause,
    });
  }
}

const maxPiece = 1 << 16;

/** The bytes of a stream, as many at a time as there are. */
interface Pieces {
  /** Fills some of `room` from its beginning, moving its buffer, and returns that part; undefined at the end of the stream. */
  next(room: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined>;
  cancel(): Promise<void>;
}

/** Reads into the room where the stream can, which leaves nothing to collect, else copies from what it gives. */
function piecesOf(stream: ReadableStream<Uint8Array>): Pieces {
  const direct = directReader(stream);
  if (direct)
    return {
      next: async (room) => {
        const { value, done } = await direct.read(room);
        return done ? undefined : value;
      },
      cancel: () => direct.cancel(),
    };
  const reader = stream.getReader();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async next(room) {
      if (rest.length === 0) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        rest = value;
      }
      const piece = rest.subarray(0, room.length);
      rest = rest.subarray(piece.length);
      room.set(piece);
      return room.subarray(0, piece.length);
    },
    cancel: () => reader.cancel(),
  };
}

function directReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
