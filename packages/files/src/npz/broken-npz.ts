import { FileFormatError } from '../file-format-error.ts';

/** The error for a file that `openNpz` cannot make sense of; `what` begins with the part that is wrong. */
export const brokenNpz = (what: string): FileFormatError =>
  new FileFormatError(`openNpz: ${what}; the file is damaged or not numpy's, fetch or write it again.`);
