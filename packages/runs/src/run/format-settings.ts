import type { Task } from '../tasks/tasks.ts';
import { describeSettings } from './describe-settings.ts';

/**
 * All settings of a task, one a line: path, what it is for, what is allowed.
 *
 * @example
 * ```ts
 * console.log(formatSettings('ddgan')); // data.name …, training.batch …
 * ```
 */
export const formatSettings = (task: Task): string =>
  describeSettings(task)
    .map(({ path, about }) => `${path}\n    ${about}`)
    .join('\n');
