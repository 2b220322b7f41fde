import { type Case, casesOf, curvePoints } from '../cases.ts';
import type { Measurement, Results } from '../results.ts';

type Samples = Record<string, number[]>;

function measurement(backend: 'tensorflow' | 'wasm', title: string, samples: Samples): Measurement {
  const found = casesOf(backend, { quick: false }).find((of) => of.title === title);
  return { backend, of: found as Case, samples, unavailable: {} };
}

const curve = curvePoints({ quick: false })
  .filter(({ dimension, workload }) => dimension === 'batch' && workload.kind === 'forward')
  .map((of): Measurement => {
    const samples = { pytorch: [10 * of.x, 12 * of.x], native: [8 * of.x] };
    return { backend: 'tensorflow', of, samples, unavailable: {} };
  });

/** Results with numbers that no machine gave. */
export const madeUpResults: Results = {
  date: '2000-01-01',
  command: 'npm run bench',
  commit: '0123456789ab',
  machine: 'A processor, 2 cores, 8 GiB',
  quick: false,
  agreements: [
    { column: 'pytorch', version: 'PyTorch 9.9', with: 'pytorch', output: 0, gradient: 0, losses: 0 },
    { column: 'native', version: 'TensorFlow 9.9', with: 'pytorch', output: 2.5e-6, gradient: 3e-6, losses: 1e-7 },
    { column: 'wasm-2', unavailable: 'no second thread' },
  ],
  measurements: [
    measurement('tensorflow', 'forward, batch 64', {
      pytorch: [400, 800, 410],
      native: [300, 600, 290],
      'onnxruntime-node': [600, 1200, 580],
    }),
    measurement('tensorflow', 'forward, batch 64', { pytorch: [500, 390], 'native-eager': [1000, 790] }),
    measurement('tensorflow', 'training step, batch 64', { pytorch: [1000], native: [750] }),
    measurement('tensorflow', 'training step, batch 64', {
      ...{ pytorch: [1000], 'pytorch-bfloat16': [600], 'native-bfloat16': [450] },
    }),
    measurement('tensorflow', 'noise of a training step, batch 64', { native: [3] }),
    measurement('tensorflow', '4-step sampling (DDGAN), batch 16', { pytorch: [350], native: [250] }),
    {
      ...measurement('tensorflow', '1000-step sampling (DDPM), batch 16', { native: [1250] }),
      unavailable: { 'wasm-2': 'not told again', 'native-eager': 'out of memory' },
    },
    ...curve,
  ],
  fid: [
    { column: 'pytorch', count: 10, dim: 4, statistics: [1, 1], distance: [9, 9], value: 2, version: 'scipy 9.9' },
    { column: 'wasm-1', count: 10, dim: 4, statistics: [2, 2], distance: [3, 3], value: 2.000002, version: 'diffgan' },
    { column: 'pytorch', count: 10, dim: 8, statistics: [], distance: [], unavailable: 'no scipy' },
  ],
  games: [
    {
      column: 'pytorch',
      preset: 'fashion-mnist-tiny',
      precision: 'float32',
      samples: [200, 400],
      output: 0,
      losses: 0,
    },
    {
      column: 'native',
      preset: 'fashion-mnist-tiny',
      precision: 'float32',
      samples: [100, 300],
      output: 2e-6,
      losses: 1e-7,
    },
    { column: 'pytorch', preset: 'fashion-mnist-small', precision: 'bfloat16', samples: [500] },
    {
      column: 'native',
      preset: 'fashion-mnist-small',
      precision: 'bfloat16',
      samples: [],
      unavailable: 'no such processor',
    },
  ],
  runs: [
    { topic: 'losses', column: 'native-eager', losses: [1, 0.5, 0.5], memory: [] },
    { topic: 'losses', column: 'native', losses: [1, 0.5003, 0.5], memory: [] },
    {
      topic: 'endurance',
      column: 'wasm-2',
      losses: [],
      memory: [500, 1000, 5000].map((step, i) => ({ step, bytes: [1e8, 2e8, 2.02e8][i], tensors: 7 })),
    },
  ],
  memory: [
    { kind: 'train', batch: 64, column: 'pytorch', bytes: 1.5e9 },
    { kind: 'train', batch: 64, column: 'native', bytes: 1.2e9 },
    { kind: 'train', batch: 64, column: 'pytorch-bfloat16', bytes: 1e9 },
    { kind: 'train', batch: 64, column: 'native-bfloat16', bytes: 0.7e9 },
    { kind: 'train', batch: 16, column: 'wasm-1', unavailable: 'it fell over' },
  ],
};
