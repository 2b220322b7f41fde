import type { Precision } from '@diffgan/runtime';
import type { BenchBackend, Kind } from './cases.ts';

/** One way of computing: a column of the tables. */
export interface Column {
  id: string;
  /** Heading of the column. */
  label: string;
  /** Which worker computes. */
  engine: 'pytorch' | 'diffgan' | 'onnxruntime';
  /** Which `--backend` it belongs to; PyTorch belongs to all. */
  backend?: BenchBackend;
  /** How the functions of this project run. */
  execution?: 'eager' | 'compiled';
  /** Whether the graph addon and the op library of this project take part; without them it is tfjs-node as it is published. */
  ownOperations?: boolean;
  threads?: number;
  /** Of the products; float32 unless told. */
  precision?: Precision;
  /** Whether an adapter that computes on the CPU will do. */
  allowSoftware?: boolean;
  /** What it can do; everything unless told. */
  kinds?: readonly Kind[];
}

const pytorch: Column = { id: 'pytorch', label: 'PyTorch', engine: 'pytorch' };
const native = { engine: 'diffgan', backend: 'tensorflow' } as const;
const wasm = { engine: 'diffgan', backend: 'wasm', execution: 'eager' } as const;
const half = { precision: 'bfloat16', kinds: ['forward', 'train'] } as const;
const onnx = { engine: 'onnxruntime', kinds: ['forward'] } as const;

/** Every column, PyTorch first. */
export const columns: readonly Column[] = [
  pytorch,
  { id: 'native-eager', label: 'native, eager', execution: 'eager', ownOperations: true, ...native },
  { id: 'native-unmodified', label: 'native, compiled, unmodified binding', execution: 'compiled', ...native },
  { id: 'native', label: 'native, compiled, op library', execution: 'compiled', ownOperations: true, ...native },
  {
    ...{ id: 'native-1', label: 'native, compiled, op library, 1 thread', execution: 'compiled', threads: 1 },
    ...{ ownOperations: true, kinds: ['sample-ddgan', 'sample-ddim'], ...native },
  },
  { id: 'pytorch-bfloat16', label: 'PyTorch, autocast to bfloat16', engine: 'pytorch', backend: 'tensorflow', ...half },
  {
    ...{ id: 'native-bfloat16', label: 'native, compiled, op library, bfloat16', execution: 'compiled' },
    ...{ ownOperations: true, ...native, ...half },
  },
  { id: 'wasm-1', label: 'WASM, 1 thread', threads: 1, ...wasm },
  { id: 'wasm-2', label: 'WASM, 2 threads', threads: 2, ...wasm },
  { id: 'webgpu', label: 'WebGPU through Dawn', engine: 'diffgan', backend: 'webgpu', execution: 'eager' },
  { id: 'onnxruntime-node', label: 'onnxruntime-node', backend: 'tensorflow', ...onnx },
  { id: 'onnxruntime-web-1', label: 'onnxruntime-web, 1 thread', backend: 'wasm', threads: 1, ...onnx },
  { id: 'onnxruntime-web-2', label: 'onnxruntime-web, 2 threads', backend: 'wasm', threads: 2, ...onnx },
];

/** The column of that id. */
export function columnOf(id: string): Column {
  const found = columns.find((column) => column.id === id);
  if (found === undefined) throw new RangeError(`columnOf: there is no column ${id}`);
  return found;
}

/** The column that another one is compared with: PyTorch in the same precision, and of that what it computes by default. */
export const referenceOf = ({ id, precision }: Column): string | undefined =>
  id === 'pytorch' ? undefined : precision === 'bfloat16' && id !== 'pytorch-bfloat16' ? 'pytorch-bfloat16' : 'pytorch';

/** Columns that take turns in one group of processes, with those that they are compared with. */
export interface Group {
  backend: BenchBackend;
  ids: readonly string[];
}

/** Eager runs have a group of their own, since they alone need several GB. */
export const groups: readonly Group[] = [
  { backend: 'tensorflow', ids: ['pytorch', 'native', 'native-unmodified', 'onnxruntime-node'] },
  { backend: 'tensorflow', ids: ['pytorch', 'native-1'] },
  { backend: 'tensorflow', ids: ['pytorch', 'native-eager'] },
  { backend: 'tensorflow', ids: ['pytorch', 'pytorch-bfloat16', 'native-bfloat16'] },
  { backend: 'wasm', ids: ['pytorch', 'wasm-2', 'onnxruntime-web-2'] },
  { backend: 'wasm', ids: ['pytorch', 'wasm-1', 'onnxruntime-web-1'] },
  { backend: 'webgpu', ids: ['pytorch', 'webgpu'] },
];

/** Whether a column can take part in something of that kind. */
export function takesPart({ engine, kinds }: Column, kind: Kind): boolean {
  // PyTorch's counterparts of these would say nothing about this project
  if (engine === 'pytorch' && (kind === 'noise' || kind === 'sample-ddpm')) return false;
  return kinds?.includes(kind) ?? true;
}

/** Environment variables of a column's process; they must be there before the backend is loaded. */
export function environmentOf({ ownOperations, backend, threads }: Column): Record<string, string> {
  if (backend !== 'tensorflow') return {};
  return {
    ...(!ownOperations && { DIFFGAN_NATIVE: '0' }),
    ...(threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(threads) }),
  };
}
