/** Bytes of which parts can be read. Not for use by several callers at once. */
export interface ByteSource {
  /** Bytes of the whole. */
  readonly size: number;
  /** A copy of the bytes from `begin` to before `end` in a buffer of its own. Cheapest in ascending order. */
  read(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Frees what it holds. */
  close(): Promise<void>;
}

/** A source of bytes that are in memory, or that the browser holds. */
export function memorySource(content: Uint8Array | Blob): ByteSource {
  const close = () => Promise.resolve();
  if (content instanceof Uint8Array) {
    // `slice` of a Buffer would share its memory.
    const read = (begin: number, end: number) => Promise.resolve(new Uint8Array(content.subarray(begin, end)));
    return { size: content.length, read, close };
  }
  const read = async (begin: number, end: number) => new Uint8Array(await content.slice(begin, end).arrayBuffer());
  return { size: content.size, read, close };
}
