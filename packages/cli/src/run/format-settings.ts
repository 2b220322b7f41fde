import type { Task } from './run-config.ts';
import { runChecks } from './schema/run.ts';

/** All settings of a task, one a line: path, what it is for, what is allowed. */
export function formatSettings(task: Task): string {
  return runChecks[task].settings!('')
    .map(({ path, allowed, about }) => `${path}\n    ${about} It is ${allowed}.`)
    .join('\n');
}
