/** A set-up step that failed. `message` says which one, why, and what to do about it. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
  /** The step that failed, such as "download". */
  readonly step: string;
  /** Why it failed, one clause without a full stop. */
  readonly why: string;
  /** What makes it work, one or more sentences. */
  readonly wayOut: string;

  /** `alternative` says how to do without; by default, without native TensorFlow. */
  constructor(step: string, why: string, wayOut: string, options: ErrorOptions & { alternative?: string } = {}) {
    const { alternative = 'Everything also works on the "wasm" backend, which needs no installation.' } = options;
    super(`Set-up failed (${step}): ${why}. ${wayOut} ${alternative}`.trim(), options);
    this.step = step;
    this.why = why;
    this.wayOut = wayOut;
  }
}
