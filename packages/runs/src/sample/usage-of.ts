import { PipelineError } from '@diffgan/hub';
import { UsageError } from '../errors.ts';

/** What does not fit a model is for the user to change. */
export function usageOf(error: unknown): unknown {
  return error instanceof PipelineError ? new UsageError(error.message, { cause: error }) : error;
}
