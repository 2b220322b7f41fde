import { Terminal } from '../src/terminal/terminal.ts';

/** A terminal that keeps what it is told. */
export function quiet(onText: (text: string) => void = () => undefined) {
  const lines: string[] = [];
  const write = (text: string) => {
    lines.push(text);
    onText(text);
    return true;
  };
  return { terminal: new Terminal(false, { isTTY: false, write } as unknown as NodeJS.WriteStream), lines };
}
