import type { Results } from './results.ts';

/**
 * The results of several runs as those of one, so that a machine need not be left alone for an hour at a stretch.
 *
 * @throws RangeError when they come from different machines, or measured the same thing.
 * @example
 * ```ts
 * joinResults([forward, training]).command; // 'npm run bench -- --only forward; npm run bench -- --only train'
 * ```
 */
export function joinResults([first, ...others]: readonly Results[]): Results {
  return others.reduce((all, more) => {
    if (all.machine !== more.machine)
      throw new RangeError(
        `--from: the runs have different machines, ${all.machine} and ${more.machine}; repeat one of them`,
      );
    const measured = new Set(all.measurements.map(nameOf));
    const twice = more.measurements.find((measurement) => measured.has(nameOf(measurement)));
    if (twice) throw new RangeError(`--from: two runs measured ${twice.of.title}; leave one of them out`);
    return {
      ...all,
      command: `${all.command}; ${more.command}`,
      commit: [...new Set([...all.commit.split(', '), more.commit])].join(', '),
      quick: all.quick || more.quick,
      warning: all.warning ?? more.warning,
      agreements: [
        ...all.agreements,
        ...more.agreements.filter(({ column }) => all.agreements.every((a) => a.column !== column)),
      ],
      measurements: [...all.measurements, ...more.measurements],
      memory: [...all.memory, ...more.memory],
      runs: [...all.runs, ...more.runs],
      fid: [...all.fid, ...more.fid],
      games: [...all.games, ...more.games],
    };
  }, first);
}

const nameOf = ({ backend, of, samples }: Results['measurements'][number]): string =>
  [backend, of.title, ...Object.keys(samples)].join('|');
