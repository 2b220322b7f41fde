import { escapeHtml } from './escape-html.ts';

/** A part of a report: a heading and HTML, already escaped. */
export interface Section {
  heading: string;
  html: string;
}

/** A picture for a report: the content of a file. */
export type Picture = { extension: 'png'; bytes: Uint8Array } | { extension: 'svg'; bytes: Uint8Array | string };

const types = { png: 'image/png', svg: 'image/svg+xml' };

/**
 * A picture as an image element that carries its data; scripts within an SVG do not run there.
 *
 * @example
 * ```ts
 * const html = inlinePicture({ extension: 'svg', bytes: scatterPlot([[0, 1], [1, 0]]) }, 'two points');
 * ```
 */
export function inlinePicture({ extension, bytes }: Picture, caption: string): string {
  const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const base64 = btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join(''));
  const source = `data:${types[extension]};base64,${base64}`;
  const text = escapeHtml(caption);
  return `<figure><img class="${extension}" src="${source}" alt="${text}"><figcaption>${text}</figcaption></figure>`;
}

/**
 * A table of text cells, the first row being its head.
 *
 * @example
 * ```ts
 * const html = htmlTable([['step', 'FID'], ['500', '41.2']]);
 * ```
 */
export function htmlTable(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  return `<div class="wide"><table><thead>${tableRow(head, 'th')}</thead><tbody>${body.map((cells) => tableRow(cells, 'td')).join('')}</tbody></table></div>`;
}

/**
 * A table of names and values, without a head; long names break after a dot.
 *
 * @example
 * ```ts
 * const html = htmlList([['training.batch', '64']]);
 * ```
 */
export const htmlList = (rows: readonly (readonly [name: string, value: string])[]): string => {
  const body = rows.map(
    ([name, value]) => `<tr><th>${escapeHtml(name).replaceAll('.', '.<wbr>')}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="list"><tbody>${body.join('')}</tbody></table>`;
};

const tableRow = (cells: readonly string[], tag: string) =>
  `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;

/**
 * Parts of a page side by side, as many as there is room for.
 *
 * @example
 * ```ts
 * const html = htmlGrid([htmlList([['steps', '4']]), htmlTable([['step', 'FID'], ['500', '41.2']])]);
 * ```
 */
export const htmlGrid = (parts: readonly string[], { narrow = false } = {}): string =>
  `<div class="grid${narrow ? ' narrow' : ''}">${parts.join('\n')}</div>`;

const style = `
  :root { color-scheme: light dark; --page: #fff; --ink: #222; --soft: #666; --line: #ddd; --box: #f5f5f5; --warn: #fff4d6; }
  @media screen and (prefers-color-scheme: dark) {
    :root { --page: #16181c; --ink: #e4e4e4; --soft: #a0a0a0; --line: #3a3d44; --box: #22252b; --warn: #40351a; }
  }
  * { box-sizing: border-box; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--page); }
  h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
  .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; }
  th, td { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); }
  .list th { font-weight: inherit; color: var(--soft); } .list td { overflow-wrap: anywhere; }
  .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
  .grid.narrow { grid-template-columns: repeat(auto-fill, minmax(min(45%, 18rem), 1fr)); }
  figure { margin: 0; } section > figure { display: inline-block; margin: 0 1rem 1rem 0; } figcaption, .soft { color: var(--soft); font-size: .85rem; }
  img { max-width: 100%; } .grid img { width: 100%; } img.png { image-rendering: pixelated; } svg { width: 100%; height: auto; display: block; }
  pre { background: var(--box); padding: 1rem; overflow: auto; font-size: .8rem; } .warnings { background: var(--warn); padding: .5rem 1rem .5rem 2rem; }
  @media print { body { margin: 0; max-width: none; font-size: 11px; } figure, svg, tr, li { break-inside: avoid; } h2 { break-after: avoid; } pre { white-space: pre-wrap; } }`;

/**
 * A page in one file, with nothing to load and no script.
 *
 * @example
 * ```ts
 * const page = htmlReport('My run', [{ heading: 'Settings', html: htmlList([['steps', '4']]) }], { summary: 'Four steps.' });
 * ```
 */
export function htmlReport(title: string, sections: readonly Section[], { summary = '' } = {}): string {
  const body = sections.map(({ heading, html }) => `<section><h2>${escapeHtml(heading)}</h2>\n${html}\n</section>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${summary && `<p>${escapeHtml(summary)}</p>\n`}${body.join('\n')}
</body></html>
`;
}

/**
 * Warnings as a list that catches the eye; nothing when there are none.
 *
 * @example
 * ```ts
 * htmlWarnings([]); // ''
 * ```
 */
export const htmlWarnings = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : `<ul class="warnings">${warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('')}</ul>`;
