/**
 * Names of a Slurm node list, such as `node[01-03,7],login` → node01, node02, node03, node7, login.
 *
 * @throws RangeError for what is no such list, or one of more than 65536 nodes.
 */
export function slurmNodes(list: string): string[] {
  const parts = list.match(/(?:[^,[\]]+|\[[^\]]*\])+/g) ?? [];
  if (parts.join() !== list || list === '') throw new RangeError(`"${list.slice(0, 80)}" is no list of Slurm nodes`);
  return parts.flatMap(expanded);
}

const MOST = 65536;

/** All names of one pattern: the first brackets, and then those of what follows. */
function expanded(pattern: string): string[] {
  const [, before, ranges, after] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(pattern) ?? [];
  if (ranges === undefined) return [pattern];
  const numbers = ranges.split(',').flatMap((range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    const length = Number(last) - Number(first) + 1;
    if (first === undefined || !(length >= 1 && length <= MOST))
      throw new RangeError(`"${range.slice(0, 40)}" is no range of Slurm nodes`);
    return Array.from({ length }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
  });
  const rests = expanded(after);
  return numbers.flatMap((number) => rests.map((rest) => before + number + rest));
}

/** Processes of each node of a Slurm step: `2(x3),1` → 2, 2, 2, 1. */
export function slurmTasks(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [, tasks, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    if (tasks === undefined || Number(times) > MOST)
      throw new RangeError(`"${part.slice(0, 40)}" is no number of Slurm tasks`);
    return Array.from({ length: Number(times) }, () => Number(tasks));
  });
}
