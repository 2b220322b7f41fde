/** Where work that takes long talks to people. */
export interface Terminal {
  /** Prints a line. */
  say(line: string): void;
  /** Prints the heading of a part of the work. */
  heading(text: string): void;
  /** Shows how far something is, between 0 and 1. */
  progress(fraction: number, text: string): void;
  /** Ends what `progress` showed, leaving its last state in place. */
  finish(): void;
}
