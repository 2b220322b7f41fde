import { type BenchBackend, benchBackends, type CurvePoint, ddpmSteps, type Kind } from './cases.ts';
import { columnOf, columns, referenceOf } from './columns.ts';
import { fidSection } from './fid-runs.ts';
import { gameSection } from './game-runs.ts';
import { markdownTable } from './markdown-table.ts';
import type { Measurement, MemoryUse, Results } from './results.ts';
import { median, pairedRatio } from './statistics.ts';
import { enduranceSection, lossSection } from './training-runs.ts';

const headings = { tensorflow: 'Native backend', wasm: 'WASM backend', webgpu: 'WebGPU backend' } as const;
const none = '–';

/**
 * The results as Markdown.
 *
 * @example
 * ```ts
 * report(JSON.parse(readFileSync('bench.json', 'utf8')));
 * ```
 */
export function report(results: Results): string {
  const backends = benchBackends.flatMap((backend) => backendSection(results, backend));
  const sections = [
    ...heading(results),
    ...backends,
    ...memorySection(results.memory),
    ...ddpmSection(results.measurements),
    ...noiseSection(results.measurements),
    ...lossSection(results.runs),
    ...enduranceSection(results.runs),
    ...gameSection(results.games),
    ...fidSection(results.fid),
    ...curveSection(results.measurements),
    ...missingSection(results),
  ];
  return `${sections.join('\n\n')}\n`;
}

const isCurve = (of: Measurement['of']): of is CurvePoint => 'dimension' in of;
const milliseconds = (ms: number): string =>
  ms.toPrecision(ms < 1000 ? 3 : 4).replace(/^(\d+)\.?\d*e.*$/, () => ms.toFixed(0));
const labelOf = (id: string): string => columnOf(id).label;

function heading({ date, commit, machine, command, quick, warning, agreements }: Results): string[] {
  const version = (id: string, found?: string) => `- ${labelOf(id)}: ${found ?? none}`;
  const far = (value?: number) => (value === undefined ? none : value === 0 ? '0' : value.toExponential(1));
  const rows = agreements
    .filter((agreement) => agreement.with !== undefined)
    .map(({ column, output, gradient, losses }) => [labelOf(column), far(output), far(gradient), far(losses)]);
  const reference = agreements.find((agreement) => agreement.with !== undefined)?.with;
  return [
    `${date}, commit \`${commit}\`. ${machine}.`,
    `\`${command.replaceAll(/ --json [^\s;]+/g, '')}\`${quick ? ' (few repetitions: for a first impression)' : ''}`,
    ...(warning === undefined ? [] : [`**${warning}**`]),
    agreements.map(({ column, version: found }) => version(column, found)).join('\n'),
    ...(reference === undefined
      ? []
      : [`Largest difference from ${labelOf(reference)}, relative to the largest value:`]),
    ...(rows.length === 0 ? [] : [markdownTable(['', 'output', 'gradient', 'losses of 3 steps'], rows)]),
  ];
}

function backendSection({ measurements }: Results, backend: BenchBackend): string[] {
  const rows = measurements.filter(
    ({ of, backend: its }) => its === backend && !isCurve(of) && hasReference(of.workload.kind),
  );
  if (rows.length === 0) return [];
  const ids = columns.map(({ id }) => id).filter((id) => rows.some(({ samples }) => id in samples));
  const titles = [...new Set(rows.map(({ of }) => of.title))];
  const table = titles.map((title) => {
    const same = rows.filter(({ of }) => of.title === title);
    return [title, ...ids.map((id) => cell(id, same))];
  });
  return [
    `## ${headings[backend]}`,
    'Median (least) of the time in milliseconds; **bold**: median of the paired ratios to PyTorch in the same precision, below 1 is faster.',
    markdownTable(['', ...ids.map(labelOf)], table),
    ...againstOnnxruntime(rows),
  ];
}

const hasReference = (kind: Kind): boolean => kind !== 'noise' && kind !== 'sample-ddpm';

/** PyTorch was measured beside every group: its cell pools them, the ratios of the others take its times beside theirs. */
function cell(id: string, rows: readonly Measurement[]): string {
  const samples = rows.flatMap((row) => row.samples[id] ?? []);
  if (samples.length === 0) return none;
  const beside = rows.find((row) => id in row.samples)?.samples;
  const theirs = beside?.[referenceOf(columnOf(id)) ?? ''];
  const ratio = theirs ? ` **${pairedRatio(beside[id], theirs).toFixed(2)}**` : '';
  return `${milliseconds(median(samples))} (${milliseconds(Math.min(...samples))})${ratio}`;
}

function againstOnnxruntime(rows: readonly Measurement[]): string[] {
  const lines = rows.flatMap(({ of, samples }) => {
    const theirs = Object.keys(samples).find((id) => columnOf(id).engine === 'onnxruntime');
    if (theirs === undefined) return [];
    const ours = Object.keys(samples).filter((id) => columnOf(id).engine === 'diffgan');
    return ours.map((id) => [
      of.title,
      labelOf(id),
      labelOf(theirs),
      pairedRatio(samples[id], samples[theirs]).toFixed(2),
    ]);
  });
  return lines.length === 0
    ? []
    : ['Against onnxruntime, measured in the same rounds:', markdownTable(['', 'column', 'against', 'ratio'], lines)];
}

function memorySection(memory: readonly MemoryUse[]): string[] {
  const rows = memory.flatMap(({ kind, batch, column, bytes }) => {
    if (bytes === undefined) return [];
    const reference = referenceOf(columnOf(column));
    const theirs = memory.find((use) => use.column === reference && use.kind === kind && use.batch === batch)?.bytes;
    const what = `${kind === 'train' ? 'training step' : 'forward'}, batch ${batch}`;
    const ratio = theirs === undefined ? none : (bytes / theirs).toFixed(2);
    return [[what, labelOf(column), (bytes / 1e6).toFixed(0), ratio]];
  });
  if (rows.length === 0) return [];
  const text =
    'Peak of resident memory (`VmHWM`) of a process that does nothing else, interpreter and libraries included.';
  return ['## Peak memory', text, markdownTable(['', 'column', 'MB', 'ratio to PyTorch'], rows)];
}

/** Medians of a kind at a batch, by column. */
function medians(measurements: readonly Measurement[], kind: Kind, batch: number): Map<string, number> {
  const found = measurements.filter(
    ({ of }) => !isCurve(of) && of.workload.kind === kind && of.workload.batch === batch,
  );
  return new Map(found.flatMap(({ samples }) => Object.entries(samples).map(([id, ms]) => [id, median(ms)] as const)));
}

function ddpmSection(measurements: readonly Measurement[]): string[] {
  const ddpm = measurements.filter(({ of }) => of.workload.kind === 'sample-ddpm');
  const rows = ddpm.flatMap(({ of, samples }) => {
    const { batch, steps = ddpmSteps } = of.workload;
    const ddgan = medians(measurements, 'sample-ddgan', batch);
    return Object.entries(samples).map(([id, ms]) => {
      const seconds = (median(ms) * ddpmSteps) / steps / 1000;
      const four = ddgan.get(id);
      const ratio = four === undefined ? none : ((1000 * seconds) / four).toFixed(0);
      const how = steps === ddpmSteps ? 'all steps timed' : `from ${steps} timed steps`;
      return [
        labelOf(id),
        `${seconds.toFixed(1)} s (${how})`,
        four === undefined ? none : `${milliseconds(four)} ms`,
        ratio,
      ];
    });
  });
  if (rows.length === 0) return [];
  const text = `The same network as denoiser of a DDPM with T = ${ddpmSteps} and as generator of a DDGAN with T = 4, batch ${ddpm[0].of.workload.batch}.`;
  return ['## DDPM against DDGAN', text, markdownTable(['', `T = ${ddpmSteps}`, 'T = 4', 'ratio'], rows)];
}

function noiseSection(measurements: readonly Measurement[]): string[] {
  const rows = measurements.flatMap(({ of, samples }) => {
    if (of.workload.kind !== 'noise') return [];
    const { batch } = of.workload;
    const steps = medians(measurements, 'train', batch);
    return Object.entries(samples).map(([id, ms]) => {
      const step = steps.get(id);
      const share = step === undefined ? none : `${((100 * median(ms)) / step).toFixed(1)} %`;
      return [labelOf(id), String(batch), median(ms).toFixed(2), share];
    });
  });
  return rows.length === 0
    ? []
    : [
        '## Noise',
        'Drawing the noise of one batch.',
        markdownTable(['', 'batch', 'ms', 'share of a training step'], rows),
      ];
}

function curveSection(measurements: readonly Measurement[]): string[] {
  const points = measurements.filter(({ of }) => isCurve(of));
  if (points.length === 0) return [];
  const ids = columns.map(({ id }) => id).filter((id) => points.some(({ samples }) => id in samples));
  const rows = points.map(({ of, samples }) => [
    of.title,
    ...ids.map((id) => (samples[id] ? milliseconds(median(samples[id])) : none)),
  ]);
  const text =
    'Median milliseconds. The batch is 16 where it does not vary; attention is at the second level of every image size.';
  return ['## How cost grows', text, markdownTable(['', ...ids.map(labelOf)], rows)];
}

function missingSection({ agreements, measurements, memory, runs, fid, games }: Results): string[] {
  const lines = [
    ...agreements.map(({ column, unavailable }) => [column, '', unavailable]),
    ...measurements.flatMap(({ of, unavailable }) =>
      Object.entries(unavailable).map(([id, why]) => [id, `${of.title}: `, why]),
    ),
    ...runs.map(({ topic, column, unavailable }) => [column, `${topic}: `, unavailable]),
    ...memory.map(({ kind, column, unavailable }) => [column, `memory of ${kind}: `, unavailable]),
    ...fid.map(({ dim, column, unavailable }) => [column, `FID of ${dim} features: `, unavailable]),
    ...games.map(({ preset, precision, column, unavailable }) => [column, `${preset} in ${precision}: `, unavailable]),
  ] as [string, string, string | undefined][];
  const whole = new Map(agreements.map(({ column, unavailable }) => [column, unavailable]));
  const told = lines.filter(([id, what, why]) => why !== undefined && (what === '' || whole.get(id) === undefined));
  const list = told.map(([id, what, why]) => `- ${labelOf(id)}: ${what}${why}`);
  return list.length === 0 ? [] : ['## Not available', [...new Set(list)].join('\n')];
}
