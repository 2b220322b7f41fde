import type { ClassShares, Evaluation } from '@diffgan/fid';
import { escapeHtml, htmlReport, htmlTable, htmlWarnings, inlinePicture } from '@diffgan/records';
import type { NeighbourPictures } from '@diffgan/runs';

/** Everything the command found out: what `evaluation.json` holds. */
export interface EvaluateResult extends Evaluation {
  readonly command: 'evaluate';
  readonly version: string;
  /** What was scored. */
  readonly samples: string;
  readonly backend: string;
  readonly seed: number;
  readonly seconds: number;
  /** FID of the test against the training images, where it is known: no generator can be expected to go below. */
  readonly floor?: number;
  readonly files: { readonly report: string; readonly result: string; readonly statistics?: string };
}

/** Scores as rows of metric, value and what to know about it. */
export function scoreRows({ extractor, n, reference, vectors, scores, floor }: EvaluateResult): string[][] {
  const { fid, fidInfinity, kid, is, precisionRecall, densityCoverage, classShares } = scores;
  const against = `${n} against ${reference.n}`;
  const some = `${vectors.samples} against ${vectors.reference}`;
  const rows = [['metric', 'value', 'better', 'images', 'note']];
  if (fid) {
    rows.push([fid.name, fid.value.toFixed(2), 'lower', against, `about ${fid.bias.toPrecision(2)} of it by n alone`]);
    if (floor !== undefined)
      rows.push(['  floor', floor.toFixed(2), '', '10000 against 60000', 'real test against training images']);
  }
  if (fidInfinity)
    rows.push([
      `FID∞-${extractor}`,
      fidInfinity.value.toFixed(2),
      'lower',
      `${vectors.samples} against ${reference.n}`,
      'extrapolated to infinitely many samples',
    ]);
  if (kid)
    rows.push([
      'KID',
      `${kid.value.toPrecision(3)} ± ${kid.standardError.toPrecision(2)}`,
      'lower',
      some,
      `${kid.subsets} subsets of ${kid.subsetSize}, ± standard error`,
    ]);
  if (is)
    rows.push([
      'Inception Score',
      `${is.value.toFixed(2)} ± ${is.standardDeviation.toFixed(2)}`,
      'higher',
      String(n),
      `1…${is.classes}, ${is.splits} splits, ± standard deviation`,
    ]);
  if (precisionRecall) {
    const note = `k = ${precisionRecall.k}`;
    rows.push(['precision', precisionRecall.precision.toFixed(3), 'higher', some, note]);
    rows.push(['recall', precisionRecall.recall.toFixed(3), 'higher', some, note]);
  }
  if (densityCoverage) {
    const note = `k = ${densityCoverage.k}`;
    rows.push(['density', densityCoverage.density.toFixed(3), 'near 1', some, note]);
    rows.push(['coverage', densityCoverage.coverage.toFixed(3), 'higher', some, note]);
  }
  if (classShares) rows.push(...classRows(classShares, n));
  return rows;
}

function classRows({ shares, accuracy }: ClassShares, n: number): string[][] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const of = (share: number) => `class ${shares.indexOf(share)}`;
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  return [
    ['rarest class', percent(least), 'as data', String(n), `${of(least)}, as the extractor sees it`],
    ['commonest class', percent(most), 'as data', String(n), `${of(most)}, as the extractor sees it`],
    ...(accuracy === undefined
      ? []
      : [
          [
            'class asked for',
            percent(accuracy),
            'higher',
            String(n),
            'samples that are of it, as the extractor sees them',
          ],
        ]),
  ];
}

/** Rows as text in columns. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The pictures of a report. */
export interface EvaluatePictures {
  /** PNG of the first samples. */
  readonly samples: Uint8Array;
  readonly neighbours?: NeighbourPictures;
}

/** The page: scores, warnings, samples, nearest neighbours, settings. */
export function evaluateReport(result: EvaluateResult, { samples, neighbours }: EvaluatePictures): string {
  const png = (bytes: Uint8Array, caption: string) => inlinePicture({ extension: 'png', bytes }, caption);
  const comparable = `Scores compare only with scores of the same extractor (${result.extractor}, layer ${result.layer}), reference and n.`;
  const pictures = neighbours && [
    png(neighbours.pixels, 'by pixels: sample, then the nearest real images'),
    png(neighbours.features, 'by features: sample, then the nearest real images'),
  ];
  return htmlReport(`diffgan evaluate: ${result.samples}`, [
    {
      heading: `Scores against ${result.reference.name}`,
      html: `${htmlTable(scoreRows(result))}<p>${escapeHtml(comparable)}</p>${htmlWarnings(result.warnings)}`,
    },
    { heading: 'Samples', html: png(samples, `the first of ${result.n} images`) },
    ...(neighbours && pictures
      ? [{ heading: `Nearest of ${neighbours.among} real images`, html: pictures.join('\n') }]
      : []),
    { heading: 'Result', html: `<pre>${escapeHtml(JSON.stringify(result, null, 2))}</pre>` },
  ]);
}
