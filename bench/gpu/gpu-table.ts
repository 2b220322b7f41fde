import { columnOf } from '../columns.ts';
import { markdownTable } from '../markdown-table.ts';
import { median, pairedRatio } from '../statistics.ts';
import type { Finding } from './run-parts.ts';
import type { Times } from './time-columns.ts';

/** What every part came to, and the times with their ratios to PyTorch's, as Markdown. */
export function gpuTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ name, verdict, seconds, limit, why, facts }) => [
    name,
    verdict,
    `${seconds.toFixed(0)} of ${limit}`,
    [facts.found, why].filter(Boolean).join('; ').replaceAll('|', '\\|'),
  ]);
  const times = (findings.find(({ facts }) => 'times' in facts)?.facts.times ?? {}) as Times;
  return [markdownTable(['part', '', 'seconds', 'what was found'], rows), ...timesTable(times)].join('\n\n');
}

function timesTable(times: Times): string[] {
  const ids = [...new Set(Object.values(times).flatMap((samples) => Object.keys(samples)))];
  if (ids.length === 0) return [];
  const cell = (id: string, { pytorch, [id]: ours }: Record<string, number[]>) => {
    if (ours === undefined) return '–';
    const ratio = id !== 'pytorch' && pytorch ? ` **${pairedRatio(ours, pytorch).toFixed(2)}**` : '';
    return `${median(ours).toPrecision(3)}${ratio}`;
  };
  const rows = Object.entries(times).map(([title, samples]) => [title, ...ids.map((id) => cell(id, samples))]);
  const text = 'Medians in milliseconds; **bold**: median of the paired ratios to PyTorch, below 1 is faster.';
  return [text, markdownTable(['', ...ids.map((id) => columnOf(id).label)], rows)];
}
