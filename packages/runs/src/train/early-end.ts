import { rm } from 'node:fs/promises';
import { RecordsWriteError } from '@diffgan/records/node';
import { CollectivesError } from '@diffgan/runtime/node';
import { CheckpointWriteError } from '@diffgan/training';
import { Interrupted } from '../errors.ts';
import { UsageError } from '../errors.ts';
import type { TrainRun } from './train-run.ts';

/** What to throw when a run ends before its time: it says what is saved and how to go on. */
export async function earlyEnd(
  error: unknown,
  run: TrainRun,
  { resume, resumeCommand }: { resume: boolean; resumeCommand: string },
): Promise<unknown> {
  const { folder, records, signal } = run.parts;
  // A trainer refuses settings that do not fit together or the data: there is no run then, and nothing to set aside the next time.
  if (!resume && records.lines.length === 0 && (error instanceof RangeError || error instanceof TypeError)) {
    await rm(folder.file('config.json'), { force: true });
    return new UsageError(error.message, { cause: error });
  }
  const saved = `The state after step ${run.saved} is saved in ${folder.path}`;
  if (signal.aborted && run.saved > 0)
    return new Interrupted(`Stopped. ${saved}. Go on with: ${resumeCommand}`, { cause: error });
  if (error instanceof CheckpointWriteError || error instanceof RecordsWriteError)
    error.message += `. Then go on with: ${resumeCommand}`;
  else if (error instanceof CollectivesError)
    error.message += run.saved > 0 ? `. ${saved}. Go on with: ${resumeCommand}` : '. No state was saved before';
  else if (isDiskFull(error)) error.message += `. ${saved}. Then go on with: ${resumeCommand}`;
  return error;
}

function isDiskFull(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ENOSPC') || isDiskFull(error.cause);
}
