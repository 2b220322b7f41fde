// Draws docs/architecture.svg: the packages in rows, with an arrow to each package below that their package.json names.
import { readFileSync, writeFileSync } from 'node:fs';
import { house } from './architecture.ts';

/** From the roof to the ground. */
const rows: readonly (readonly string[])[] = [
  ['cli'],
  ['experiments'],
  ['runs'],
  ['hub', 'records'],
  ['samplers', 'training'],
  ['objectives', 'fgan-losses', 'unet', 'data', 'fid', 'runtime'],
  ['schedule', 'ops', 'files', 'config', 'kernels', 'weights'],
];
const [width, height, box, rowHeight] = [1040, 760, { width: 132, height: 40 }, 115];

const drawn = rows.flat();
const missing = Object.keys(house).filter((name) => !drawn.includes(name));
if (missing.length > 0)
  throw new Error(`draw-house: ${missing.join(', ')} has no place in the picture; give it one in rows`);

/** The middle of each box. */
const places = new Map(
  rows.flatMap((row, level) =>
    row.map((name, i) => [name, { x: ((i + 0.5) * width) / row.length, y: 50 + level * rowHeight, level }] as const),
  ),
);

function dependenciesOf(name: string): string[] {
  const folder = name === 'experiments' ? name : `packages/${name}`;
  const { dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies).flatMap((full) => (full.startsWith('@diffgan/') ? [full.slice(9)] : []));
}

/** A curve from the lower edge of one box to the upper edge of another, or around through the gap below its own row. */
function arrow(from: string, to: string): string {
  const [a, b] = [places.get(from)!, places.get(to)!];
  const [startY, endY] = [a.y + box.height / 2, b.y - box.height / 2];
  const bend = Math.max(30, (endY - startY) / 2);
  const path =
    a.level === b.level
      ? `M${a.x},${startY} C${a.x},${startY + 34} ${b.x},${startY + 34} ${b.x},${startY + 4}`
      : `M${a.x},${startY} C${a.x},${startY + bend} ${b.x},${endY - bend} ${b.x},${endY - 4}`;
  return `<path d="${path}" class="arrow" marker-end="url(#head)"/>`;
}

/** Of what reaches nearly everything, arrows would only hide the others: the roof stands on all. */
const arrows = drawn
  .filter((name) => !['cli', 'experiments', 'runs'].includes(name))
  .flatMap((name) => dependenciesOf(name).map((other) => arrow(name, other)));
const boxes = [...places].map(
  ([name, { x, y }]) =>
    `<rect x="${x - box.width / 2}" y="${y - box.height / 2}" width="${box.width}" height="${box.height}" rx="8"/>` +
    `<text x="${x}" y="${y + 5}">${name}</text>`,
);

writeFileSync(
  'docs/architecture.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="15">
<title>The packages and what they import</title>
<defs><marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#64748b"/></marker></defs>
<style>rect { fill: #eef2ff; stroke: #4f46e5 } text { text-anchor: middle; fill: #1e1b4b } .arrow { fill: none; stroke: #64748b; stroke-opacity: 0.45 }</style>
<rect width="${width}" height="${height}" style="fill: white; stroke: none"/>
${[...arrows, ...boxes].join('\n')}
<text x="${width / 2}" y="${88 + 2 * rowHeight}" style="fill: #64748b">stand on all below</text>
</svg>
`,
);
