/** A model cannot be drawn from, or not as it was asked to; the message says why and what to do. */
export class PipelineError extends Error {
  override readonly name: string = 'PipelineError';
}

/** Nothing tells the noise schedule that a network was trained with. */
export class MissingScheduleError extends PipelineError {
  override readonly name = 'MissingScheduleError';
}
