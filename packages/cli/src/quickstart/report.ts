import { readFile } from 'node:fs/promises';
import { type FidScore, formatFid } from '@diffgan/fid';
import { escapeHtml, htmlReport, htmlTable, inlinePicture } from '@diffgan/records';
import { readRecords, recordSections, runPictures } from '@diffgan/records/node';
import { type RunConfig, type RunFolder, runVersions } from '@diffgan/runs';
import type { QuickstartScores, Timing } from './score-all.ts';

/** Everything the quickstart found out. */
export interface QuickstartResult {
  folder: string;
  config: RunConfig;
  backend: string;
  scores: QuickstartScores;
  sampling: Timing;
  /** Steps and mean images per second of the training. */
  training: { steps: number; imagesPerSecond: number };
}

/** The page: pictures, scores, curves, timing and settings in one file. */
export async function quickstartReport(
  { config, scores, sampling, backend }: QuickstartResult,
  folder: RunFolder,
  command: string,
): Promise<string> {
  const picture = async (name: string, caption: string) =>
    inlinePicture({ extension: 'png', bytes: await readFile(folder.file(name)) }, caption);
  const row = (what: string, score: FidScore) => [what, score.value.toFixed(2), String(score.n), score.reference];
  const scoreTable = htmlTable([
    [scores.fresh.name, 'score (lower is better)', 'n', 'reference'],
    row('clipped Gaussian noise', scores.noise),
    row('the DDPM that it starts from, in as many calls', scores.start),
    row('the network of this run', scores.fresh),
    row('the shipped weights', scores.shipped),
    row('real test images (floor)', scores.floor),
  ]);
  const previews = await runPictures(folder.file('samples'));
  const versions = runVersions(backend);
  const records = { lines: await readRecords(folder.path) };
  return htmlReport('diffgan quickstart', [
    { heading: 'Drawn by the network of this run', html: await picture('samples.png', formatFid(scores.fresh)) },
    {
      heading: 'Drawn by the DDPM that it starts from, in as many calls',
      html: await picture('samples-start.png', formatFid(scores.start)),
    },
    {
      heading: 'Drawn by the shipped weights',
      html: await picture('samples-pretrained.png', formatFid(scores.shipped)),
    },
    {
      heading: 'Scores',
      html: `${scoreTable}<p>${escapeHtml(scores.fresh.name)} compares features of a small classifier; it is comparable only with itself, at equal n and reference.</p>`,
    },
    ...(previews ? [{ heading: 'The same latents in the course of training', html: previews }] : []),
    ...recordSections({ config, records, timing: { sampling }, versions, command }),
  ]);
}
