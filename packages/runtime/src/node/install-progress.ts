/** A step of the set-up, in the order in which they happen. */
export type InstallStep = 'find' | 'wait' | 'download' | 'unpack' | 'compile' | 'verify' | 'done';

/** Where the set-up is. */
export interface InstallProgress {
  step: InstallStep;
  /** What is happening, for people. */
  message: string;
  /** Share of the step that is done, 0…1, when known. */
  fraction?: number;
}

/** Receives the progress of a set-up. */
export type OnProgress = (progress: InstallProgress) => void;
