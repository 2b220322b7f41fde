/**
 * A server does not give a file, or nobody answers.
 *
 * @example
 * ```ts
 * import { DownloadError, readBytes } from '@diffgan/files';
 * try {
 *   await readBytes('http://127.0.0.1:9/weights');
 * } catch (error) {
 *   console.log(error instanceof DownloadError && error.status); // undefined: nobody answered
 * }
 * ```
 */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';

  /** @param status what the server answered; undefined when nobody did. */
  constructor(
    message: string,
    readonly status: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
