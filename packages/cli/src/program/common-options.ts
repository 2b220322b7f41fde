import { Option } from 'commander';
import { parseNumber } from './parse-number.ts';

/** `--backend`. */
export const backendOption = () =>
  new Option('--backend <name>', 'what computes (default: tensorflow where it is set up, else wasm)').choices([
    'tensorflow',
    'webgpu',
    'wasm',
    'cpu',
  ]);

/** `--seed`. */
export const seedOption = () =>
  new Option('--seed <number>', 'seed of everything random').argParser(parseNumber).default(0);

/** `--json`. */
export const jsonOption = () =>
  new Option('--json', 'print the result as JSON on stdout, everything else on stderr').default(false);

/** Gathers the values of an option that may be repeated. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** `--precision`. */
export const precisionOption = () =>
  new Option('--precision <name>', 'float32, or bfloat16 where the processor has it (default: float32)').choices([
    'float32',
    'bfloat16',
  ]);
