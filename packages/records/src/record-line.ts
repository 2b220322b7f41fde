import type { WarningKind } from '@diffgan/training';

/**
 * One line of `metrics.jsonl`: what a trainer said at a step. JSON has no NaN and no infinity, so in the file such a number is the
 * string `"NaN"`, `"Infinity"` or `"-Infinity"`.
 */
export type RecordLine =
  | {
      type: 'step';
      /** The step, or the last one of the stretch of steps whose means these are. */
      step: number;
      /** Training examples seen so far. */
      examples: number;
      /** Wall-clock seconds of a step. */
      seconds: number;
      examplesPerSecond: number;
      losses: Record<string, number>;
      measures: Record<string, number>;
    }
  | { type: 'validation' | 'metric'; step: number; values: Record<string, number> }
  | { type: 'best'; step: number; metric: string; value: number }
  | { type: 'warning'; step: number; kind: WarningKind; message: string }
  | {
      /** A resumed run goes on from here. */
      type: 'resume';
      step: number;
    };

/** A line of the kind of which `type` is the name. */
export type LineOf<Type extends RecordLine['type']> = Extract<RecordLine, { type: Type }>;

const notFinite = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * A line as text, with its line feed.
 *
 * @example
 * ```ts
 * const text = formatLine({ type: 'metric', step: 500, values: { FID: 41.2 } }); // '{"type":"metric",…}\n'
 * ```
 */
export const formatLine = (line: RecordLine): string =>
  `${JSON.stringify(line, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )}\n`;

/**
 * The line that a text holds; undefined for anything else, such as the end of a file that a killed run left torn.
 *
 * @example
 * ```ts
 * parseLine('{"type":"metric","step":500,"values":{"FID":41.2}}'); // { type: 'metric', step: 500, values: { FID: 41.2 } }
 * parseLine('{"type":"met'); // undefined
 * ```
 */
export function parseLine(text: string): RecordLine | undefined {
  try {
    const line: unknown = JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' && notFinite.has(value) ? Number(value) : value,
    );
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is RecordLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  if (!Number.isSafeInteger(line.step)) return false;
  switch (line.type) {
    case 'step':
      return (
        areNumbers([line.examples, line.seconds, line.examplesPerSecond]) && haveNumbers(line.losses, line.measures)
      );
    case 'validation':
    case 'metric':
      return haveNumbers(line.values);
    case 'best':
      return typeof line.metric === 'string' && areNumbers([line.value]);
    case 'warning':
      return typeof line.kind === 'string' && typeof line.message === 'string';
    default:
      return line.type === 'resume';
  }
}

const areNumbers = (values: readonly unknown[]): boolean => values.every((value) => typeof value === 'number');

const haveNumbers = (...records: readonly unknown[]): boolean =>
  records.every((record) => typeof record === 'object' && record !== null && areNumbers(Object.values(record)));
