/**
 * Reading and writing files, safetensors among them.
 *
 * @module @diffgan/ops/files
 */
export type { ByteSource } from './files/byte-source.ts';
export { FileFormatError } from './files/file-format-error.ts';
export { openBytes } from './files/open-bytes.ts';
export { openSafetensors, type OpenSafetensorsOptions } from './files/open-safetensors.ts';
export type { SafetensorsReader } from './files/open-single.ts';
export { readBytes, type ReadBytesOptions } from './files/read-bytes.ts';
export { readSafetensors, type SafetensorsFile, type TensorData } from './files/read-safetensors.ts';
export type { DType, TensorValues } from './files/safetensors-types.ts';
export { writeFileAtomic } from './files/write-file-atomic.ts';
export { type WritableTensor, writeSafetensors } from './files/write-safetensors.ts';
