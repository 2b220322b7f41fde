import type { Outcome } from './outcome.ts';

const head = ['', 'network calls', 'steps', 'minutes', 'modes', 'high quality', 'KL of the modes'];

const rowOf = ({ plan, calls, steps, minutes, modes, highQuality, kl }: Outcome): string[] => [
  plan.label,
  String(calls),
  String(steps),
  minutes.toFixed(1),
  `${modes}/25`,
  `${(100 * highQuality).toFixed(1)} %`,
  kl.toFixed(3),
];

/** The outcomes as a table in Markdown, its columns aligned. */
export function markdownTable(outcomes: readonly Outcome[]): string {
  const rows = [head, ...outcomes.map(rowOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const [first, ...others] = rows.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...others].join('\n');
}

/** Scatter plots in rows of two, for Markdown; `sourceOf` tells where the picture of an outcome lies. */
export function picturesTable(outcomes: readonly Outcome[], sourceOf: (outcome: Outcome) => string): string {
  const cells = outcomes.map((outcome) => {
    const label = plain(outcome.plan.label);
    return `<td>${label}<br><img src="${sourceOf(outcome)}" width="400" alt="Samples: ${label}"></td>`;
  });
  const rows = cells.flatMap((cell, i) => (i % 2 === 0 ? [`<tr>${cell}\n${cells[i + 1] ?? ''}</tr>`] : []));
  return `<table>\n${rows.join('\n')}\n</table>`;
}

/** Table and scatter plots as a page beside the folders of the runs. */
export function htmlPage(outcomes: readonly Outcome[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((c) => `<${tag}>${c}</${tag}>`).join('')}</tr>`;
  const rows = outcomes.map((outcome) => {
    const [label, ...cells] = rowOf(outcome);
    return row([`<a href="${outcome.plan.name}/report.html">${plain(label)}</a>`, ...cells], 'td');
  });
  const figures = outcomes.map(
    ({ plan: { name, label }, picture }) =>
      `<figure><img src="${name}/samples/${picture.split('/').at(-1)}" width="420"><figcaption>${plain(label)}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>25 Gaussians</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td, th { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #ddd } figure { display: inline-block; margin: 0 }</style></head>
<body><h1>25 Gaussians</h1><table>${row(head, 'th')}${rows.join('\n')}</table>
${figures.join('\n')}</body></html>
`;
}

const plain = (label: string): string => label.replaceAll('`', '');
