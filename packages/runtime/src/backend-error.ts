import type { BackendName } from './backend-names.ts';

/**
 * A backend cannot be used on this machine. `message` says which one, why, and what to do about it.
 *
 * @example
 * ```ts
 * import { BackendError, selectBackend } from '@diffgan/runtime';
 * try {
 *   await selectBackend('tensorflow');
 * } catch (error) {
 *   if (!(error instanceof BackendError)) throw error;
 *   console.log(error.backend, error.why, error.wayOut);
 * }
 * ```
 */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  /** The backend that was asked for. */
  readonly backend: BackendName;
  /** Why it cannot be used, one clause without a full stop. */
  readonly why: string;
  /** What makes it usable, or what to use in its place. */
  readonly wayOut: string;

  constructor(backend: BackendName, why: string, wayOut: string, options?: ErrorOptions) {
    super(`Backend "${backend}" cannot be used: ${why}. ${wayOut}.`, options);
    this.backend = backend;
    this.why = why;
    this.wayOut = wayOut;
  }
}
