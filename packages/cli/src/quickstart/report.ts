import { readdir, readFile } from 'node:fs/promises';
import type { BackendInfo } from '@diffgan/runtime';
import { type FidScore, formatFid } from '@diffgan/fid';
import { escapeHtml, htmlReport, htmlTable, inlinePng } from '../report/html-report.ts';
import { lineChart } from '../report/line-chart.ts';
import type { QuickstartConfig } from './config.ts';
import type { MetricsLine } from './metrics-log.ts';
import type { RunFolder } from '../run-folder.ts';

/** How fast images were drawn. */
export interface Timing {
  networkCalls: number;
  batch: number;
  secondsPerBatch: number;
}

/** Everything the quickstart found out. */
export interface QuickstartResult {
  folder: string;
  config: QuickstartConfig;
  backend: string;
  scores: { fresh: FidScore; shipped: FidScore; noise: FidScore; floor: FidScore };
  sampling: Timing;
  /** Steps and mean images per second of the training. */
  training: { steps: number; imagesPerSecond: number };
}

/** Writes `report.html`: pictures, scores, curves, timing and settings in one file. */
export async function quickstartReport(
  { config, scores, sampling, training }: QuickstartResult,
  { folder, lines, backend }: { folder: RunFolder; lines: readonly MetricsLine[]; backend: BackendInfo },
): Promise<string> {
  const picture = async (name: string, caption: string) => inlinePng(await readFile(folder.file(name)), caption);
  const row = (what: string, score: FidScore) => [what, score.value.toFixed(2), String(score.n), score.reference];
  const scoreTable = htmlTable([
    [scores.fresh.name, 'score (lower is better)', 'n', 'reference'],
    row('clipped Gaussian noise', scores.noise),
    row('the network of this run', scores.fresh),
    row('the shipped weights', scores.shipped),
    row('real test images (floor)', scores.floor),
  ]);
  const perImage = sampling.secondsPerBatch / sampling.batch;
  const timing = htmlTable([
    ['what', 'value'],
    ['training', `${training.steps} steps of ${config.batch} images, ${training.imagesPerSecond.toFixed(1)} images/s`],
    [
      'sampling',
      `${sampling.networkCalls} network calls, ${sampling.secondsPerBatch.toFixed(2)} s for ${sampling.batch} images`,
    ],
    ['per image', `${(1000 * perImage).toFixed(1)} ms`],
    ['backend', backend.description],
    ['versions', `diffgan ${config.version}, Node ${process.versions.node}`],
  ]);
  return htmlReport('diffgan quickstart', [
    { heading: 'Drawn by the network of this run', html: await picture('samples.png', formatFid(scores.fresh)) },
    {
      heading: 'Drawn by the shipped weights',
      html: await picture('samples-pretrained.png', formatFid(scores.shipped)),
    },
    {
      heading: 'Scores',
      html: `${scoreTable}<p>${escapeHtml(scores.fresh.name)} compares features of a small classifier; it is comparable only with itself, at equal n and reference.</p>`,
    },
    { heading: 'The same latents in the course of training', html: await previewsOf(folder) },
    { heading: 'Losses', html: lossChart(lines) },
    { heading: 'Timing', html: timing },
    { heading: 'Settings', html: `<pre>${escapeHtml(JSON.stringify(config, null, 2))}</pre>` },
  ]);
}

async function previewsOf(folder: RunFolder): Promise<string> {
  const names = await readdir(folder.file('previews')).catch(() => []);
  const steps = names
    .flatMap((name) => /^step-(\d+)\.png$/.exec(name)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b));
  const figures = steps.map(async (step) =>
    inlinePng(await readFile(folder.file(`previews/step-${step}.png`)), `step ${step}`),
  );
  return (await Promise.all(figures)).join('\n');
}

/** The losses, averaged over stretches so that a long run stays a readable line. */
function lossChart(lines: readonly MetricsLine[]): string {
  const stretch = Math.max(1, Math.ceil(lines.length / 300));
  const points = (name: 'critic' | 'generator') =>
    Array.from({ length: Math.ceil(lines.length / stretch) }, (_, i) => {
      const part = lines.slice(i * stretch, (i + 1) * stretch);
      return [part[0].step, part.reduce((sum, line) => sum + line[name], 0) / part.length] as const;
    });
  return lineChart(
    [
      { name: 'critic', color: '#1f6fb4', points: points('critic') },
      { name: 'generator', color: '#d2601a', points: points('generator') },
    ],
    { title: `Losses (mean of ${stretch} step${stretch > 1 ? 's' : ''})`, xLabel: 'step', yLabel: 'loss' },
  );
}
