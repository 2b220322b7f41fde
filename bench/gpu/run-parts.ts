/** What a part of a check came to. */
export type Verdict = 'passed' | 'failed' | 'absent' | 'cut short' | 'not reached';

/** What this machine lacks, so that a part has nothing to try: no failure. */
export class Absent extends Error {}

/** What parts write down as they go, so that it is there whatever happens to them later. */
export type Facts = Record<string, unknown> & {
  /** One line for the table. */
  found?: string;
};

/** One thing that is tried. */
export interface Part {
  name: string;
  /** Its share of the time that is left, beside those of the parts after it. */
  weight: number;
  /** Throws what failed, or {@link Absent}; ends what it has started when `signal` aborts. */
  run(facts: Facts, signal: AbortSignal): Promise<void>;
}

/** What became of a part. */
export interface Finding {
  name: string;
  verdict: Verdict;
  /** Seconds that it took and could have taken. */
  seconds: number;
  limit: number;
  why?: string;
  facts: Facts;
}

/** Bounds of {@link runParts}. */
export interface RunPartsOptions {
  /** For all parts together. */
  seconds: number;
  /** Ends the part that runs; those after it are not reached. */
  signal: AbortSignal;
  /** Receives all findings so far, after each part. */
  onFinding: (findings: readonly Finding[]) => void;
}

/**
 * Runs parts one after the other, each within its share of the time that is left: what one does not need, those after it may use. Whatever
 * happens in a part, the next one is tried.
 *
 * @returns a finding for every part, in order.
 */
export async function runParts(parts: readonly Part[], options: RunPartsOptions): Promise<Finding[]> {
  const { seconds, signal, onFinding } = options;
  const end = performance.now() + 1000 * seconds;
  const findings: Finding[] = [];
  for (const [i, part] of parts.entries()) {
    const weights = parts.slice(i).reduce((sum, { weight }) => sum + weight, 0);
    const limit = (Math.max(0, end - performance.now()) * part.weight) / weights;
    findings.push(await runPart(part, limit, signal));
    onFinding(findings);
  }
  return findings;
}

async function runPart(part: Part, limit: number, interrupt: AbortSignal): Promise<Finding> {
  const { name } = part;
  const facts: Facts = {};
  const begin = performance.now();
  const finding = (verdict: Verdict, why?: string): Finding => {
    const seconds = Number(((performance.now() - begin) / 1000).toFixed(1));
    return { name, verdict, seconds, limit: Math.round(limit / 1000), ...(why !== undefined && { why }), facts };
  };
  if (interrupt.aborted) return finding('not reached', 'interrupted');
  // not AbortSignal.timeout, whose timer does not keep the process
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`not done in ${(limit / 1000).toFixed(0)} s`)), limit);
  const signal = AbortSignal.any([interrupt, late.signal]);
  try {
    // A part that does not heed the signal is left behind.
    await Promise.race([part.run(facts, signal), aborted(signal)]);
    return finding('passed');
  } catch (error) {
    if (signal.aborted) return finding('cut short', reasonOf(signal.reason));
    return finding(error instanceof Absent ? 'absent' : 'failed', reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
