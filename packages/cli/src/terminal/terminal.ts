import { styleText } from 'node:util';
import type { Terminal as AnyTerminal } from '@diffgan/runs';

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
    this.#erase();
    this.#stream.write(`${line}\n`);
  }

  /** Prints the heading of a part of the work. */
  heading(text: string): void {
    this.say(`\n${this.#stream.isTTY ? styleText('bold', text) : text}`);
  }

  /** Shows how far something is: a bar that is redrawn on a terminal, a line every ten seconds elsewhere. */
  progress(fraction: number, text: string): void {
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
    process.stdout.write(`${text}\n`);
  }

  /** Prints the result of a `--json` command on stdout. */
  result(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  #erase(): void {
    if (this.#bar !== '') this.#stream.write('\r\u001b[2K');
    this.#bar = '';
  }
}
