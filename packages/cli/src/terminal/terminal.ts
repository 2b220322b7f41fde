import { styleText } from 'node:util';
import { printable } from '@diffgan/files';
import type { Terminal as AnyTerminal } from '@diffgan/runs';

/** Names of files, tensors and settings are part of what is said, and none of them may set colours or titles; lines stay lines. */
const harmless = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => printable(part, Infinity))
        .join('\t'),
    )
    .join('\n');

/** Where a command talks to people; with `--json` that is stderr, since stdout then holds the result alone. */
export class Terminal implements AnyTerminal {
  readonly #stream: NodeJS.WriteStream;
  #bar = '';
  #lastLine = -Infinity;

  constructor(
    readonly json: boolean,
    stream: NodeJS.WriteStream = json ? process.stderr : process.stdout,
  ) {
    this.#stream = stream;
  }

  /** Prints a line. */
  say(line: string): void {
    this.#write(harmless(line));
  }

  /** Prints the heading of a part of the work. */
  heading(text: string): void {
    const shown = harmless(text);
    this.#write(`\n${this.#stream.isTTY ? styleText('bold', shown) : shown}`);
  }

  /** Shows how far something is: a bar that is redrawn on a terminal, a line every ten seconds elsewhere. */
  progress(fraction: number, what: string): void {
    const text = printable(what);
    const percent = `${Math.floor(100 * fraction)} %`.padStart(5);
    if (this.#stream.isTTY) {
      const filled = Math.round(24 * fraction);
      this.#erase();
      this.#bar = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${percent}  ${text}`.slice(
        0,
        this.#stream.columns - 1,
      );
      this.#stream.write(this.#bar);
    } else if (fraction >= 1 || performance.now() - this.#lastLine > 10_000) {
      this.#lastLine = performance.now();
      this.#stream.write(`${percent}  ${text}\n`);
    }
  }

  /** Ends a bar, leaving its last state in place. */
  finish(): void {
    if (this.#bar !== '') this.#stream.write('\n');
    this.#bar = '';
  }

  /** Prints what was asked for on stdout, whatever goes there besides. */
  print(text: string): void {
    process.stdout.write(`${harmless(text)}\n`);
  }

  /** Prints the result of a `--json` command on stdout. */
  result(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  #write(text: string): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
  }

  #erase(): void {
    if (this.#bar !== '') this.#stream.write('\r\u001b[2K');
    this.#bar = '';
  }
}
