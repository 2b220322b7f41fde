/**
 * Readers and writers of files from outside, bounded and distrustful, without tensors: safetensors, npz, gzip, atomic writes.
 *
 * @module @diffgan/files
 */
export { AtomicFile } from './atomic-file.ts';
export type { ByteSource } from './bytes/byte-source.ts';
export { cacheDir } from './cache-dir.ts';
export { DownloadError } from './bytes/download-error.ts';
export { FileFormatError } from './file-format-error.ts';
export { gunzip, isGzip } from './gunzip.ts';
export { joinBytes } from './join-bytes.ts';
export { NpzWriter } from './npz/npz-writer.ts';
export type { NpyHeader, NpyValues } from './npz/npy-header.ts';
export { type NpyArray, type NpzReader, openNpz } from './npz/open-npz.ts';
export { type Download, openDownload } from './bytes/open-download.ts';
export { openBytes } from './bytes/open-bytes.ts';
export { isPageFile, pageFileExists, removePageFile } from './page-files.ts';
export { listed, printable } from './printable.ts';
export { openSafetensors, type OpenSafetensorsOptions } from './safetensors/open-safetensors.ts';
export { readBytes, type ReadBytesOptions } from './bytes/read-bytes.ts';
export { readSafetensors, type SafetensorsFile, type TensorData } from './safetensors/read-safetensors.ts';
export type { DType, TensorValues } from './safetensors/safetensors-types.ts';
export type { SafetensorsReader } from './safetensors/open-single.ts';
export { sha256 } from './sha256.ts';
export { type WritableArray, writeNpz } from './npz/write-npz.ts';
export { type WritableTensor, writeSafetensors } from './safetensors/write-safetensors.ts';
export { writeAtomically } from './write-atomically.ts';
