/** The records of a run could not be written, for instance because the disk is full; what was written before is still there. */
export class RecordsWriteError extends Error {
  override readonly name = 'RecordsWriteError';

  /** @param file the one that could not be written. @param cause - the failure of the system. */
  constructor(file: string, cause: unknown) {
    super(
      `records: cannot write ${file} (${cause instanceof Error ? cause.message : String(cause)}); what it held before is still there. ` +
        'Make space, or make the folder writable',
      { cause },
    );
  }
}
