/**
 * A file is broken, hostile or of another format. The message names the file, what is wrong and what to do.
 *
 * @example
 * ```ts
 * import { FileFormatError, readSafetensors } from '@diffgan/files';
 * try {
 *   readSafetensors(new Uint8Array(3));
 * } catch (error) {
 *   if (error instanceof FileFormatError) console.log(error.message); // 3 bytes are fewer than …
 * }
 * ```
 */
export class FileFormatError extends Error {
  override readonly name = 'FileFormatError';
}
