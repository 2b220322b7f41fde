import { referenceNetwork } from '../cases.ts';
import { compareChecks } from '../compare-checks.ts';
import type { CheckResult } from '../protocol.ts';
import { type ReferenceFiles, writeReferenceFiles } from '../reference-files.ts';
import { gpuColumns, type Place, requireInstalled, requirePlace } from './gpu-columns.ts';
import { machineFacts } from './machine-facts.ts';
import { Absent, type Part } from './run-parts.ts';
import { runSuite } from './run-suite.ts';
import { smallNetwork, timeColumns } from './time-columns.ts';
import { withWorkers } from './with-workers.ts';

/** What parts leave for those after them. */
interface Known {
  place: Place;
  hasCard: boolean;
  reference?: { files: ReferenceFiles; result: CheckResult };
  /** Columns that compute the same as the reference. */
  agreeing: string[];
}

/** All that is tried, the most telling first. `folder` takes files; `place` is where everything computes. */
export function gpuParts(folder: string, place: Place): Part[] {
  const known: Known = { place, hasCard: false, agreeing: [] };
  return [
    machine(known),
    reference(known, folder),
    ...Object.entries(gpuColumns).map(([name, id]) => agreement(known, name, id)),
    speed(known),
    suite(known, 'suites, WebGPU in Node', ['--config', 'bench/gpu/vitest.config.ts']),
    suite(known, 'suites, WebGPU in Chromium', ['--project', 'browser-webgpu']),
  ];
}

const networkAt = (place: Place) => (place === 'card' ? referenceNetwork : smallNetwork);

const machine = (known: Known): Part => ({
  name: 'machine',
  weight: 2,
  run: async (facts, signal) => {
    const { cards } = Object.assign(facts, await machineFacts(signal));
    known.hasCard = cards.length > 0;
  },
});

/** What the others must agree with: WASM, which needs no driver and is itself tested against everything else. */
const reference = (known: Known, folder: string): Part => ({
  name: 'reference, WASM',
  weight: 6,
  run: (facts, signal) =>
    withWorkers(['wasm-1'], { place: known.place, signal }, async ([{ worker, version }]) => {
      const network = networkAt(known.place);
      const files = await writeReferenceFiles(folder, network);
      const result = await worker.request('check', { network, ...files, model: '' });
      known.reference = { files, result };
      facts.found = `${version}; ${result.parameters} parameters`;
    }),
});

const agreement = (known: Known, name: string, id: string): Part => ({
  name,
  weight: 8,
  run: async (facts, signal) => {
    const { place } = known;
    // WebGPU may have a card of any make
    if (place === 'card' && id !== 'webgpu' && !known.hasCard) throw new Absent('nvidia-smi shows no card');
    await requireInstalled(id, place, signal);
    await withWorkers([id], { place, signal }, async ([{ worker, version }]) => {
      Object.assign(facts, { version, found: version });
      requirePlace(id, version, place);
      if (known.reference === undefined) throw new Error('there is no reference to compare with');
      const { files, result: expected } = known.reference;
      const result = await worker.request('check', { network: networkAt(place), ...files, model: '' });
      const { unavailable, ...differences } = compareChecks(result, expected);
      const list = Object.entries(differences).map(([what, off]) => `${what} ${off.toExponential(1)}`);
      Object.assign(facts, { differences, found: `${version}; off by: ${list.join(', ')}` });
      if (unavailable !== undefined) throw new Error(unavailable);
      known.agreeing.push(id);
    });
  },
});

const speed = (known: Known): Part => ({
  name: 'speed',
  weight: 24,
  run: async (facts, signal) => {
    if (known.agreeing.length === 0) throw new Absent('nothing that computes there could be timed');
    await timeColumns(known.agreeing, facts, { place: known.place, signal });
  },
});

const suite = (known: Known, name: string, args: readonly string[]): Part => ({
  name,
  weight: 14,
  run: async (facts, signal) => {
    if (!known.agreeing.includes('webgpu')) throw new Absent('WebGPU does not compute, as told above');
    await runSuite(args, facts, signal);
  },
});
