import { Terminal } from '../src/terminal/terminal.ts';

/** A terminal that keeps what it is told; one with a bar tells each step. */
export function quiet(onText: (text: string) => void = () => undefined, isTTY = false) {
  const lines: string[] = [];
  const write = (text: string) => {
    lines.push(text);
    onText(text);
    return true;
  };
  return { terminal: new Terminal(false, { isTTY, columns: 200, write } as unknown as NodeJS.WriteStream), lines };
}
