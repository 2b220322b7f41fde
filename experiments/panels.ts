type Line = readonly (readonly [x: number, y: number])[];

/** A small plot without numbers at its side. */
export interface Panel {
  readonly title: string;
  /** All lines have the same x. */
  readonly lines: readonly Line[];
}

const [WIDTH, HEIGHT, GAP, TOP] = [150, 90, 14, 20];
const colours = ['#3b82c4', '#d9732c', '#888'];

/** Rows of small plots of densities as an SVG file. */
export function panels(rows: readonly (readonly Panel[])[]): string {
  const width = Math.max(...rows.map((row) => row.length)) * (WIDTH + GAP) + GAP;
  const height = rows.length * (HEIGHT + TOP + GAP) + GAP;
  const drawn = rows.flatMap((row, r) =>
    row.map(
      (panel, c) =>
        `<g transform="translate(${GAP + c * (WIDTH + GAP)} ${TOP + r * (HEIGHT + TOP + GAP)})">${panelOf(panel)}</g>`,
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="10" fill="#444"><rect width="${width}" height="${height}" fill="#fff"/>\n${drawn.join('\n')}\n</svg>\n`;
}

function panelOf({ title, lines }: Panel): string {
  const all = lines.flat();
  const [left, right] = [all[0][0], all[all.length - 1][0]];
  const most = Math.max(...all.map(([, y]) => y));
  const at = ([x, y]: Line[number]) =>
    `${((WIDTH * (x - left)) / (right - left)).toFixed(1)} ${(HEIGHT * (1 - y / most)).toFixed(1)}`;
  const drawn = lines.map(
    (line, i) => `<path d="M${line.map(at).join('L')}" fill="none" stroke="${colours[i]}" stroke-width="1.4"/>`,
  );
  const ticks = [-1, 0, 1].filter((x) => x >= left && x <= right);
  const marks = ticks.map((x) => {
    const place = ((WIDTH * (x - left)) / (right - left)).toFixed(1);
    return `<path d="M${place} ${HEIGHT}v4" stroke="#999"/><text x="${place}" y="${HEIGHT + 13}" text-anchor="middle">${x}</text>`;
  });
  return `<text x="0" y="-6">${title}</text><path d="M0 ${HEIGHT}h${WIDTH}" stroke="#999"/>${marks.join('')}${drawn.join('')}`;
}
