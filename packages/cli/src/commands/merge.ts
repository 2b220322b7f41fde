import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluateResult } from '../evaluate/report.ts';
import { PART } from '../shards/evaluation-part.ts';
import { mergeEvaluation } from '../shards/merge-evaluation.ts';
import { mergeSamples } from '../shards/merge-samples.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { SampleResult } from './sample.ts';

/** Puts the parts of a set of samples, or of an evaluation, together: what their folders hold decides. */
export function merge(
  folders: readonly string[],
  out: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SampleResult | EvaluateResult> {
  return folders.some((folder) => existsSync(join(folder, PART)))
    ? mergeEvaluation(folders, out, terminal, signal)
    : mergeSamples(folders, out, terminal);
}
