/** Options of functions that may take long. */
export interface ProgressOptions {
  /** Aborts within about a twentieth of a second. */
  signal?: AbortSignal;
  /** Is told now and then which fraction, 0…1, is done. */
  onProgress?: (fraction: number) => void;
}

const stretch = 40; // milliseconds without a pause: a page stays responsive, and pauses cost nothing

/**
 * Lets a long calculation breathe.
 *
 * @returns a function to await between pieces of work: it reports progress, lets events through and honours the signal
 */
export function breather({ signal, onProgress }: ProgressOptions): (fraction: number) => Promise<void> {
  let last = performance.now();
  signal?.throwIfAborted();
  return async (fraction) => {
    if (fraction < 1 && performance.now() - last < stretch) return;
    onProgress?.(fraction);
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    last = performance.now();
  };
}

/** The options for one of several pieces of work, so that all of them together go from 0 to 1. */
export const partOf = ({ signal, onProgress }: ProgressOptions, from: number, to: number): ProgressOptions => ({
  signal,
  onProgress: onProgress && ((fraction) => onProgress(from + (to - from) * fraction)),
});
