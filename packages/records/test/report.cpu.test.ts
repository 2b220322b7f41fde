import { describe, expect, it } from 'vitest';
import { clock } from '../src/clock.ts';
import { type Curve, smoothed, thinned } from '../src/curve.ts';
import { duration } from '../src/duration.ts';
import { htmlReport, htmlTable, inlinePicture } from '../src/html-report.ts';
import { lineChart } from '../src/line-chart.ts';
import { decades, logTicks, tickLabel } from '../src/ticks.ts';

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

describe('lineChart with bars and a logarithmic axis', () => {
  const errors = [0.5, 0, 2];
  const points = [[10, 3], [100, 2], [1000, 5]] as const; // prettier-ignore
  const svg = lineChart([{ name: 'a', color: 'red', points, errors }], { ...labels, xScale: 'log' });

  it('puts equal factors at equal distances', () => {
    const [[a], [b], [c]] = coordinates(svg);
    expect([a, b, c]).toEqual([56, 378, 700]); // the ends, and half way between them
  });

  it('draws a bar through each point that has one, inside the frame', () => {
    const bars = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)V([\d.]+)M/g)].map(([, ...at]) => at.map(Number));
    expect(bars.map(([x]) => x)).toEqual([56, 700]);
    const [[, y], , [, last]] = coordinates(svg);
    const middle = bars.map(([, low, high]) => (low + high) / 2);
    expect(middle[0]).toBeCloseTo(y, 0);
    expect(middle[1]).toBeCloseTo(last, 0);
    for (const [, low, high] of bars) expect([low <= 260, high >= 34, high < low]).toEqual([true, true, true]);
  });
});

describe('a long curve', () => {
  const long: Curve = Array.from({ length: 50_000 }, (_, i) => [i, i === 31_234 ? 9 : Math.sin(i)]);

  it('keeps its peaks when it is thinned, and its ends', () => {
    const thin = thinned(long, 1000);
    expect(thin.length).toBeLessThanOrEqual(1000);
    expect(thin).toContainEqual([31_234, 9]);
    expect(thin.every(([x], i) => i === 0 || x > thin[i - 1][0])).toBe(true);
    expect(thinned(long.slice(0, 1000), 1000)).toEqual(long.slice(0, 1000));
  });

  it('has the means of its stretches as its trend', () => {
    expect(smoothed([[0, 1], [1, 3], [2, 5], [3, 5]], 2)).toEqual([[0.5, 2], [2.5, 5]]); // prettier-ignore
    expect(smoothed([[0, 1]], 5)).toEqual([[0, 1]]); // prettier-ignore
  });

  it('is drawn with its trend, a spike at the edge', () => {
    const svg = lineChart([{ name: 'a', color: 'red', points: long }], labels);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(Math.min(...coordinates(svg).map(([, y]) => y))).toBe(34);
    expect(svg).not.toContain('>9<');
  });
});

it.each([
  [1, 1, [1, 10]],
  [0.02, 30, [0.01, 0.1, 1, 10, 100]],
  [1e-12, 1, [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]],
])('decades span %d … %d', (least, most, expected) => {
  expect(decades(least, most).map((tick) => Number(tick.toPrecision(9)))).toEqual(expected);
});

it.each([
  [10, 1000, [10, 20, 50, 100, 200, 500, 1000]],
  [1, 10, [1, 2, 5, 10]],
  [0.3, 4, [0.2, 0.5, 1, 2, 5]],
  [3, 3, [2, 5]],
  [1, 1e6, [1, 10, 100, 1000, 1e4, 1e5, 1e6]],
])('logTicks span %d … %d', (least, most, expected) => {
  expect(logTicks(least, most).map((tick) => Number(tick.toPrecision(9)))).toEqual(expected);
});

it.each([
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [15_000, '15000'],
  [2_000_000, '2e6'],
  [1e-5, '1e-5'],
])('tickLabel of %d', (value, expected) => {
  expect(tickLabel(value)).toBe(expected);
});

it.each([
  [0.1234, '0.123 s'],
  [59.94, '59.9 s'],
  [187, '3 min 7 s'],
  [3599.7, '1 h 0 min'],
  [8040, '2 h 14 min'],
])('duration of %d seconds', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
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

it('clock shows minutes and seconds', () => {
  expect([0, 59.6, 187, -3].map(clock)).toEqual(['0:00', '1:00', '3:07', '0:00']);
});
