import type { ProgressOptions } from '../in-slices.ts';

/**
 * Yields the progress of work that tells it by a callback. When the consumer ends early, so does the work.
 *
 * @param work is started with the options to pass on
 */
export async function* withProgress<T>(
  work: (options: ProgressOptions) => Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<number, T> {
  const ended = new AbortController();
  const signals = [ended.signal, ...(signal ? [signal] : [])];
  let [latest, told] = [0, -1];
  let wake = () => {};
  const result = work({
    signal: AbortSignal.any(signals),
    onProgress: (fraction) => {
      latest = fraction;
      wake();
    },
  });
  let done = false;
  const settled = result.then(() => (done = true)).catch(() => (done = true)); // the error is that of `await result`
  try {
    while (!done) {
      await Promise.race([settled, new Promise<void>((resolve) => (wake = resolve))]);
      if (latest > told) yield (told = latest);
    }
    const value = await result;
    if (latest > told) yield latest;
    return value;
  } finally {
    ended.abort();
  }
}
