/** A part of a report: a heading and HTML, already escaped. */
export interface Section {
  heading: string;
  html: string;
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}

/** A PNG as an image element that carries its data. */
export function inlinePng(png: Uint8Array, caption: string): string {
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return `<figure><img src="${source}" alt="${escapeHtml(caption)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** A table of text cells, the first row being its head. */
export function htmlTable(rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(rows[0], 'th')}${rows
    .slice(1)
    .map((cells) => row(cells, 'td'))
    .join('')}</table>`;
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
  table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #ddd; }
  figure { display: inline-block; margin: 0 1rem 1rem 0; } figcaption { color: #666; font-size: .85rem; }
  img { max-width: 100%; image-rendering: pixelated; } pre { background: #f5f5f5; padding: 1rem; overflow: auto; font-size: .8rem; }`;

/** A page in one file, with nothing to load. */
export function htmlReport(title: string, sections: readonly Section[]): string {
  const body = sections.map(({ heading, html }) => `<section><h2>${escapeHtml(heading)}</h2>\n${html}\n</section>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${body.join('\n')}
</body></html>
`;
}
