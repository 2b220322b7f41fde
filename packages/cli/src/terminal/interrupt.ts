import { Interrupted } from '@diffgan/runs/errors';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` with a signal that Ctrl-C fires, or SIGTERM, or that nobody is left to read what is said: the terminal closed (SIGHUP),
 * the program behind a pipe ended (EPIPE). The work then ends in its own time. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Interrupted('interrupted'));
  const onSignal = (name: NodeJS.Signals) => {
    // a terminal that closes may say so more than once, and meanwhile the state is being saved
    if (controller.signal.aborted && name !== 'SIGHUP') process.exit(130);
    stop();
  };
  const onWriteError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    stop(); // each later write fails in the same way, and is lost without harm
  };
  signals.forEach((name) => process.on(name, onSignal));
  // they stay after the work: the last words fail as well
  process.stdout.on('error', onWriteError);
  process.stderr.on('error', onWriteError);
  try {
    return await work(controller.signal);
  } finally {
    signals.forEach((name) => process.off(name, onSignal));
  }
}
