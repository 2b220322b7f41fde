import { describe, expect, it } from 'vitest';
import { htmlReport, htmlTable, inlinePicture } from '../src/report/html-report.ts';
import { lineChart } from '../src/report/line-chart.ts';

const labels = { title: 'Losses', xLabel: 'step', yLabel: 'loss' };
const coordinates = (svg: string) =>
  [...svg.matchAll(/polyline[^>]*points="([^"]*)"/g)].flatMap(([, points]) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );

describe('lineChart', () => {
  it('keeps every point inside the frame and maps larger values higher', () => {
    const points = Array.from({ length: 50 }, (_, i) => [i + 1, Math.sin(i) * 1e-3 + 7] as const);
    const svg = lineChart([{ name: 'critic', color: 'blue', points }], labels);
    const drawn = coordinates(svg);
    expect(drawn).toHaveLength(50);
    for (const [x, y] of drawn) {
      expect(x).toBeGreaterThanOrEqual(56);
      expect(x).toBeLessThanOrEqual(704);
      expect(y).toBeGreaterThanOrEqual(34);
      expect(y).toBeLessThanOrEqual(260);
    }
    const highest = points.reduce((best, [, y], i) => (y > points[best][1] ? i : best), 0);
    expect(drawn[highest][1]).toBe(Math.min(...drawn.map(([, y]) => y)));
  });

  it('draws one point, and equal values, without dividing by zero', () => {
    const one = lineChart([{ name: 'a', color: 'red', points: [[1, 5]] }], labels);
    const flat = lineChart([{ name: 'a', color: 'red', points: [[1, 0], [2, 0]] }], labels); // prettier-ignore
    for (const svg of [one, flat]) expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('leaves out values that are not finite and says when there is nothing', () => {
    const svg = lineChart([{ name: 'a', color: 'red', points: [[1, NaN], [2, 1], [3, 2]] }], labels); // prettier-ignore
    expect(coordinates(svg)).toHaveLength(2);
    expect(lineChart([], labels)).toContain('no data');
  });
});

describe('htmlReport', () => {
  it('escapes text and loads nothing from outside', () => {
    const page = htmlReport('a < b', [
      { heading: '<script>', html: htmlTable([['h'], ['"x" & y']]) },
      { heading: 'picture', html: inlinePicture({ extension: 'png', bytes: Uint8Array.of(1, 2, 3) }, 'grid') },
    ]);
    expect(page).toContain('<h1>a &lt; b</h1>');
    expect(page).toContain('<h2>&lt;script&gt;</h2>');
    expect(page).toContain('&quot;x&quot; &amp; y');
    expect(page).toContain('data:image/png;base64,AQID');
    expect(page).not.toMatch(/(src|href)="http/);
  });
});
