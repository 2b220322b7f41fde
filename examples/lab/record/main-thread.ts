import type { Page } from 'playwright-core';

/** A task of the page's main thread. */
export interface Task {
  /** Milliseconds of the processor, which a loaded machine does not lengthen, and by the clock. */
  readonly processor: number;
  readonly clock: number;
  /** What took most of it. */
  readonly of: string;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: {
    readonly name?: string;
    readonly beginData?: { readonly url?: string };
    readonly data?: { readonly url?: string; readonly functionName?: string };
  };
}

const categories = ['toplevel', 'v8', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/**
 * Notes the tasks of a page's main thread.
 *
 * @returns ends that, and gives them, the longest first.
 */
export async function watchTasks(page: Page): Promise<() => Promise<Task[]>> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories });
  return async () => {
    const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
    return tasksOf(traceEvents);
  };
}

/** Milliseconds of the processor. */
const processor = ({ tdur = 0 }: TraceEvent) => tdur / 1000;
const endOf = ({ ts, dur = 0 }: TraceEvent) => ts + dur;

function tasksOf(events: readonly TraceEvent[]): Task[] {
  const parsed = events.find(({ name, args }) => name === 'ParseHTML' && args.beginData?.url?.startsWith('http'));
  if (!parsed) throw new Error('the trace has no page');
  const { pid, tid } = parsed; // of Chromium's own pages there are other threads
  const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  const tasks = own.filter(({ name }) => /\bRunTask$/.test(name)).sort((a, b) => a.ts - b.ts || endOf(b) - endOf(a));
  let end = 0;
  const outermost = tasks.filter((task) => task.ts >= end && (end = endOf(task)) > 0);
  return outermost
    .sort((a, b) => processor(b) - processor(a))
    .slice(0, 8)
    .map((task) => ({ processor: processor(task), clock: (task.dur ?? 0) / 1000, of: partsOf(task, own) }));
}

/** The parts of a task that took a fifth of it or more, each within the one before it or after it. */
function partsOf(task: TraceEvent, all: readonly TraceEvent[]): string {
  return all
    .filter((event) => event !== task && event.ts >= task.ts && endOf(event) <= endOf(task))
    .filter((event) => processor(event) > processor(task) / 5 && !/RunTask$/.test(event.name))
    .map((event) => {
      const { url = '', functionName = '' } = event.args.data ?? {};
      const where = [functionName, url.split('/').pop()].filter(Boolean).join(' of ');
      return `${event.name}${where && ` (${where})`} ${processor(event).toFixed(1)}`;
    })
    .join(', ');
}
