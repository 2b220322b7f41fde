/**
 * A Markdown table with columns of equal width, numbers not aligned.
 *
 * @example
 * ```ts
 * markdownTable(['', 'ms'], [['forward', '12']]); // '|         | ms  |\n| ------- | --- |\n| forward | 12  |'
 * ```
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => [...row[i]].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
