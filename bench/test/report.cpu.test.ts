import { describe, expect, it } from 'vitest';
import { curveCharts } from '../curve-charts.ts';
import { report } from '../report.ts';
import { madeUpResults } from './made-up-results.ts';

const text = report(madeUpResults);

/** Cells of the table row that starts with `title`, the n-th of them. */
function row(title: string, n = 0): string[] {
  const lines = text.split('\n').filter((line) => line.startsWith(`| ${title} `));
  return lines[n]
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('report', () => {
  it('says what was measured, where and how', () => {
    expect(text).toContain('2000-01-01, commit `0123456789ab`. A processor, 2 cores, 8 GiB.');
    expect(text).toContain('`npm run bench`');
    expect(text).toContain('- PyTorch: PyTorch 9.9');
    expect(row('native, compiled, op library')).toEqual(['native, compiled, op library', '2.5e-6', '3.0e-6', '1.0e-7']);
  });

  it('says when the machine was busy', () => {
    expect(report({ ...madeUpResults, warning: 'Busy.' })).toContain('\n\n**Busy.**\n\n');
    expect(text).not.toContain('**Busy');
  });

  it('has median, least and the median of the paired ratios of every column', () => {
    const [, pytorch, eager, native, , , onnx] = row('forward, batch 64');
    expect(pytorch).toBe('410 (390)'); // of both groups
    expect(native).toBe('300 (290) **0.75**');
    expect(eager).toBe('895 (790) **2.01**'); // with the PyTorch of its own group: 2 and 2.0256
    expect(onnx).toBe('600 (580) **1.50**');
  });

  it('compares bfloat16 with that of PyTorch, and that with its float32', () => {
    const cells = row('training step, batch 64');
    expect(cells).toContain('600 (600) **0.60**');
    expect(cells).toContain('450 (450) **0.75**');
    expect(text).toMatch(/native, compiled, op library, bfloat16 +\| 700 +\| 0\.70 /);
  });

  it('marks what a column cannot do', () => expect(row('training step, batch 64').at(-1)).toBe('–'));

  it('compares with onnxruntime in the same rounds', () =>
    expect(row('forward, batch 64', 1)).toEqual([
      'forward, batch 64',
      'native, compiled, op library',
      'onnxruntime-node',
      '0.50',
    ]));

  it('has memory, the time ratio of DDPM to DDGAN and the share of noise', () => {
    expect(text).toMatch(/training step, batch 64 \| native, compiled, op library +\| 1200 \| 0\.80/);
    expect(text).toMatch(/1\.3 s \(all steps timed\) \| 250 ms \| 5 /);
    expect(text).toMatch(/native, compiled, op library \| 64 {4}\| 3\.00 \| 0\.4 %/);
  });

  it('has the times of the Fréchet distance and how far the values are apart', () => {
    expect(text).toMatch(/10 × 4 +\| scipy 9\.9 +\| 1 +\| – +\| 9 +\| – +\| – +\| – /);
    expect(text).toMatch(/10 × 4 +\| diffgan, wasm +\| 2 +\| 2\.00 +\| 3 +\| 0\.33 +\| 0\.50 +\| 1\.0e-6 /);
    expect(text).toContain('- PyTorch: FID of 8 features: no scipy');
  });

  it('has what the losses of training runs are apart, and how their memory grows', () => {
    expect(text).toMatch(/native, compiled, op library \| 6.0e-4 .*\| 0.66677 .*\| 0.015 % /);
    expect(text).toMatch(/WASM, 2 threads \| 200 .*\| 202 \| 1\.0 % {2}\| 7 → 7 /);
  });

  it('extrapolates a chain of which some steps were timed, and says so', () => {
    const measurements = madeUpResults.measurements.map((m) =>
      m.of.topic === 'ddpm' ? { ...m, of: { ...m.of, workload: { ...m.of.workload, steps: 50 } } } : m,
    );
    expect(report({ ...madeUpResults, measurements })).toContain('25.0 s (from 50 timed steps) | 250 ms | 100 ');
  });

  it('compares games with PyTorch in the same precision', () => {
    const [, game] = text.split('## The game\n\n');
    expect(game).toMatch(
      /\| fashion-mnist-tiny, float32 +\| native, compiled, op library \| 200 +\| 0\.63 +\| 1\.0e-7 +\| – +\| 2\.0e-6 /,
    );
    expect(game).toMatch(/\| fashion-mnist-small, bfloat16 +\| PyTorch +\| 500 +\| – /);
  });

  it('tells once why something is missing', () => {
    const [, missing] = text.split('## Not available\n\n');
    expect(missing.trim().split('\n')).toEqual([
      '- WASM, 2 threads: no second thread',
      '- native, eager: 1000-step sampling (DDPM), batch 16: out of memory',
      '- WASM, 1 thread: memory of train: it fell over',
      '- PyTorch: FID of 8 features: no scipy',
      '- native, compiled, op library: fashion-mnist-small in bfloat16: no such processor',
    ]);
  });

  it('leaves out what was not measured', () => {
    const empty = report({
      ...madeUpResults,
      measurements: [],
      memory: [],
      agreements: [],
      runs: [],
      fid: [],
      games: [],
    });
    expect(empty).not.toContain('##');
  });

  it('survives JSON', () =>
    expect(report(JSON.parse(JSON.stringify(madeUpResults)) as typeof madeUpResults)).toBe(text));
});

describe('curveCharts', () => {
  it('draws one chart per kind and dimension, with a line per column', () => {
    const [chart, ...others] = curveCharts(madeUpResults.measurements);
    expect(others).toEqual([]);
    expect(chart.name).toBe('forward-batch');
    expect(chart.svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(chart.svg.match(/<polyline/g)).toHaveLength(2);
    expect(chart.svg).toContain('Forward by batch');
  });
});
