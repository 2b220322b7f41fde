/** One chain of the race. */
export interface Runner {
  /** Takes one step; false when there is none left. */
  step(): Promise<boolean>;
  /** Frees what it holds. */
  end(): Promise<void>;
}

/**
 * Runs side by side on what is one processor, each at its own clock: the next step is always of the one that has used the least time. So all
 * are seen at once, and none is slowed by the others.
 *
 * @param spent told the milliseconds that a runner has used, after each of its steps.
 */
export async function race<R extends Runner>(
  runners: readonly R[],
  spent: (runner: R, milliseconds: number) => Promise<void>,
): Promise<void> {
  const clocks = new Map(runners.map((runner) => [runner, 0]));
  try {
    while (clocks.size > 0) {
      const [runner, before] = [...clocks].reduce((a, b) => (b[1] < a[1] ? b : a));
      const began = performance.now();
      const goesOn = await runner.step();
      const now = before + performance.now() - began;
      if (goesOn) clocks.set(runner, now);
      else clocks.delete(runner);
      await spent(runner, now);
    }
  } finally {
    for (const runner of runners) await runner.end();
  }
}
