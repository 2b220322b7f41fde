import { appendFile, readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@diffgan/ops/files';

/** One line of `metrics.jsonl`. */
export interface MetricsLine {
  step: number;
  critic: number;
  generator: number;
  seconds: number;
}

/** The losses of a run, one JSON object a line, also kept for the report. */
export class MetricsLog {
  lines: MetricsLine[] = [];
  #written = 0;

  constructor(readonly file: string) {}

  add(line: MetricsLine): void {
    this.lines.push(line);
  }

  /** Appends what is new. Called with every checkpoint: lines of steps that a resumed run repeats are not there then. */
  async flush(): Promise<void> {
    const fresh = this.lines.slice(this.#written);
    this.#written = this.lines.length;
    if (fresh.length > 0) await appendFile(this.file, fresh.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** Takes over the lines of an earlier part of the run up to `step` and drops later ones from the file. */
  async rewind(step: number): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    this.lines = text.split('\n').flatMap((line) => parsed(line, step));
    this.#written = this.lines.length;
    await writeFileAtomic(this.file, this.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}

function parsed(text: string, lastStep: number): MetricsLine[] {
  try {
    const line = JSON.parse(text) as MetricsLine;
    return line.step <= lastStep ? [line] : [];
  } catch {
    return []; // the last line of a killed run may be cut short
  }
}
