import type { ByteSource } from '../bytes/byte-source.ts';
import { openBytes } from '../bytes/open-bytes.ts';
import { naming, type TensorData, tensorOf } from './read-safetensors.ts';
import { headerLength, parseHeader, type SafetensorsHeader, type TensorEntry } from './safetensors-header.ts';

/** A safetensors file whose tensors are read one by one. */
export interface SafetensorsReader {
  /** Type, shape and bytes of each tensor, in the order in which reading them is fastest. No prototype, so that any name is just a name. */
  readonly entries: Readonly<Record<string, Pick<TensorData, 'dtype' | 'shape'> & { bytes: number }>>;
  /** Text stored beside the tensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Reads one tensor; not for several at once.
   *
   * @throws RangeError if there is none of that name; Error if the file cannot be read.
   */
  read(name: string): Promise<TensorData>;
  /** Frees what the file holds; to be called in the end. */
  close(): Promise<void>;
}

/** Opens one file; nothing but its header is read. */
export async function openSingle(
  source: string | URL | Blob | Uint8Array,
  signal?: AbortSignal,
): Promise<SafetensorsReader> {
  const where = typeof source === 'string' || source instanceof URL ? `openSafetensors: ${source}` : 'openSafetensors';
  const bytes = await openBytes(source, { signal });
  try {
    const first = await bytes.read(0, Math.min(8, bytes.size));
    const start = 8 + naming(where, () => headerLength(first, bytes.size));
    const text = await bytes.read(8, start);
    const header = naming(where, () => parseHeader(text, bytes.size - start));
    return readerOf(bytes, start, header);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

function readerOf(bytes: ByteSource, start: number, { entries, metadata }: SafetensorsHeader): SafetensorsReader {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    entries: withoutPrototype(entries),
    metadata,
    async read(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw new RangeError(`openSafetensors: there is no tensor "${name}" in the file`);
      const slice = await bytes.read(start + entry.begin, start + entry.end);
      return tensorOf(entry, slice.buffer);
    },
    close: () => bytes.close(),
  };
}

const withoutPrototype = (entries: readonly TensorEntry[]): SafetensorsReader['entries'] =>
  Object.assign(
    Object.create(null) as object,
    Object.fromEntries(
      entries.map(({ name, dtype, shape, begin, end }) => [name, { dtype, shape, bytes: end - begin }]),
    ),
  );
