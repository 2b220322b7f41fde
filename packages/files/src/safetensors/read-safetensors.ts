import { FileFormatError } from '../file-format-error.ts';
import { printable } from '../printable.ts';
import { headerLength, parseHeader, type TensorEntry } from './safetensors-header.ts';
import { codec, type DType, type TensorValues } from './safetensors-types.ts';

/** One tensor of a file. F16, BF16 and F64 are converted to float32; I64 to the float64 numbers of the same value. */
export interface TensorData {
  dtype: DType;
  shape: number[];
  data: TensorValues;
}

/** What a safetensors file holds. Both records have no prototype, so that any name is just a name. */
export interface SafetensorsFile {
  tensors: Record<string, TensorData>;
  metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Nothing is trusted: lengths, offsets, shapes and types are checked before anything is allocated.
 * `openSafetensors` reads tensor by tensor, for files that should not be in memory as a whole.
 *
 * @param bytes the whole file.
 * @returns the tensors as typed arrays (copies) and the metadata.
 * @throws FileFormatError naming what is wrong.
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from '@diffgan/files';
 * const { tensors } = readSafetensors(writeSafetensors({ w: { shape: [2], data: Float32Array.of(1, 2) } }));
 * ```
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  return naming('readSafetensors', () => {
    const start = 8 + headerLength(bytes.subarray(0, 8), bytes.length);
    const body = bytes.subarray(start);
    const { entries, metadata } = parseHeader(bytes.subarray(8, start), body.length);
    const tensors = Object.create(null) as Record<string, TensorData>;
    for (const entry of entries) {
      // A copy begins at an address that every typed array accepts.
      tensors[entry.name] = tensorOf(entry, new Uint8Array(body.subarray(entry.begin, entry.end)).buffer);
    }
    return { tensors, metadata };
  });
}

/** The tensor of an entry from its bytes, which it may keep. */
export function tensorOf({ name, dtype, shape }: TensorEntry, bytes: ArrayBuffer): TensorData {
  return naming(`tensor "${printable(name)}"`, () => ({ dtype, shape: [...shape], data: codec(dtype).decode(bytes) }));
}

/** Puts `where` before the message of a format error. */
export function naming<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileFormatError) throw new FileFormatError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}
