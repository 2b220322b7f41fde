/**
 * A file is broken, hostile or of another format. The message names the file, what is wrong and what to do.
 *
 * @example
 * try {
 *   readSafetensors(new Uint8Array(3));
 * } catch (error) {
 *   if (error instanceof FileFormatError) throw error; // "… shorter than the 8 bytes of its header length …"
 * }
 */
export class FileFormatError extends Error {
  override readonly name = 'FileFormatError';
}
