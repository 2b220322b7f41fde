import type { Experiment } from '../experiment.ts';
import type { Kind, Values } from '../measurement.ts';
import { Results, type ResultsFile } from '../results.ts';

/** Results with these values, by kind and name; several values are of several seeds. */
export function madeUpResults<K extends Kind>(
  experiment: Pick<Experiment, 'id' | 'title' | 'paper' | 'reported'>,
  measured: readonly (readonly [kind: K, name: string, values: Partial<Values[K]>, seed?: number])[] = [],
): Results {
  const { id, title, paper, reported } = experiment;
  const file: ResultsFile = {
    ...{ experiment: id, title, paper, reported, scale: 1, small: false, seeds: [0], versions: { diffgan: '0.1.0' } },
    ...{ trainings: [], missing: [], sheets: [] },
    measurements: measured.map(([kind, name, values, seed = 0]) => ({
      ...{ kind, name, of: { name, seed }, key: `${kind} ${name} ${seed}`, backend: 'cpu', files: [] },
      settings: {} as never,
      values: values as Values[K],
    })),
  };
  return new Results(file);
}
