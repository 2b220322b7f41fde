import { type LaneName, lanes } from './lanes.ts';
import type { Task } from './messages.ts';

/** Guesses that a lane shows at most. */
const MOST_GUESSES = 25;

/** Whether the guess after so many calls of all is shown: each, or each second, …, and the last. */
export const isShown = (calls: number, total: number): boolean =>
  calls % Math.ceil(total / MOST_GUESSES) === 0 || calls === total;

/** How many guesses of so many calls are shown. */
export function shownOf(total: number): number {
  const every = Math.ceil(total / MOST_GUESSES);
  return Math.ceil(total / every);
}

/** Steps of a lane from which strokes, noised over a share of them, go on: at least the last. */
export const stepsOf = (steps: number, share: number): number => Math.max(1, Math.round(share * steps));

/** Calls that a lane takes for a task. */
export function callsOf(lane: LaneName, task: Task): number {
  const { calls } = lanes[lane];
  if (task.type === 'strokes') return stepsOf(calls, task.share);
  return task.type === 'fill' ? (calls - 1) * task.resamplings + 1 : calls;
}
