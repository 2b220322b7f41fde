import { picture, table } from './markdown.ts';
import type { MeasurementResult, Results } from './results.ts';
import { formatSpread } from './spread.ts';

/** A figure of an experiment, as its page shows it. */
export const figure = (results: Results, file: string, alt: string): string =>
  picture(results.file.experiment, file, alt);

const head = ['', 'calls', 'n', 'FID-fashion', 'of it by n', 'KID', 'IS', 'precision', 'recall', 'density', 'coverage'];

/** Scores as a table: a row for each label and name of a measurement, as far as there are any. KID is that of the features as they are. */
export function scoresTable(results: Results, rows: readonly (readonly [label: string, name: string])[]): string {
  const cells = rows.flatMap(([label, name]) => {
    const first = results.first('scores', name);
    if (!first) return [];
    const spread = (valueOf: (values: MeasurementResult<'scores'>['values']) => number, digits = 2) =>
      formatSpread(results.spread('scores', name, valueOf), digits);
    const row = [
      label,
      String(first.values.calls),
      String(first.settings.count),
      formatSpread(results.fid(name)),
      spread((values) => values.fidBias, 1),
      formatSpread(
        results.spread('scores', name, ({ kid }) => kid, ({ kidError }) => kidError), // prettier-ignore
        2,
      ),
      spread((values) => values.is),
      spread((values) => values.precision),
      spread((values) => values.recall),
      spread((values) => values.density),
      spread((values) => values.coverage),
    ];
    return [row];
  });
  return table(head, cells);
}
