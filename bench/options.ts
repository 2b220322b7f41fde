import { parseArgs } from 'node:util';
import { type BenchBackend, benchBackends, type Topic, topics } from './cases.ts';

/** What the command line asks for. */
export interface BenchOptions {
  quick: boolean;
  only: readonly Topic[];
  backends: readonly BenchBackend[];
  /** Where the results go as JSON. */
  json?: string;
  /** JSON files to report together instead of measuring. */
  from?: readonly string[];
  /** Whether docs/performance.md and its curves are written. */
  docs: boolean;
  installPytorch: boolean;
  installOnnxruntime: boolean;
  help: boolean;
}

/** The text of `--help`. */
export const usage = `npm run bench -- [options]

Compares this project with PyTorch on this machine: forward, training step, sampling, memory, the game of a
DDGAN, Fréchet distance. Processes take turns, so leave the
machine alone meanwhile. A full run takes about an hour, --quick some minutes.

  --install-pytorch      install PyTorch into the cache (2 GB to download, 3 GB on disk) and do nothing else
  --install-onnxruntime  install onnxruntime into the cache (0.4 GB on disk) and do nothing else
  --quick                fewer cases and repetitions; no curves, no training runs
  --only a,b             only these topics: ${topics.join(', ')}
  --backend a,b          only these backends: tensorflow, wasm, or webgpu, through Dawn and only if asked for
  --json FILE            write all samples to FILE
  --docs                 write docs/performance.md and its curves
  --from FILE,FILE       report the samples of earlier --json again, as one; measures nothing

DIFFGAN_BENCH_PYTHON names a Python that has PyTorch, if it shall not be the one in the cache;
DIFFGAN_BENCH_DEVICE the device on which it computes, such as cuda, if not the CPU.`;

/**
 * Reads the command line.
 *
 * @throws RangeError naming the option and what is allowed.
 * @example
 * ```ts
 * parseOptions(['--quick', '--only', 'forward,train']).only; // ['forward', 'train']
 * ```
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: flag,
      docs: flag,
      help: flag,
      'install-pytorch': flag,
      'install-onnxruntime': flag,
      only: { type: 'string' },
      backend: { type: 'string' },
      json: { type: 'string' },
      from: { type: 'string' },
    },
  });
  const standard = values.quick ? topics.filter((topic) => !['losses', 'endurance', 'curves'].includes(topic)) : topics;
  return {
    ...values,
    only: chosen('only', values.only, topics) ?? standard,
    from: values.from?.split(','),
    backends: chosen('backend', values.backend, benchBackends) ?? ['tensorflow', 'wasm'],
    installPytorch: values['install-pytorch'],
    installOnnxruntime: values['install-onnxruntime'],
  };
}

function chosen<T extends string>(option: string, list: string | undefined, allowed: readonly T[]): T[] | undefined {
  const names = list?.split(',').map((name) => name.trim());
  const wrong = names?.find((name) => !allowed.includes(name as T));
  if (wrong !== undefined) throw new RangeError(`--${option}: ${wrong} is not one of ${allowed.join(', ')}`);
  return names as T[] | undefined;
}
