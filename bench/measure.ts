import { type Case, referenceNetwork, referenceParameters } from './cases.ts';
import { chainTables } from './chain-tables.ts';
import { type Column, columnOf, type Group, takesPart } from './columns.ts';
import { compareChecks, tolerances } from './compare-checks.ts';
import { findOnnxruntime } from './installations.ts';
import { cores } from './machine.ts';
import type { CheckResult } from './protocol.ts';
import type { ReferenceFiles } from './reference-files.ts';
import type { Agreement, Measurement, MemoryUse } from './results.ts';
import { takeTurns, type Timer } from './take-turns.ts';
import { WorkerProcess } from './worker-process.ts';

/** What all measurements share. */
export interface Session {
  files: ReferenceFiles;
  /** The network for onnxruntime; undefined until PyTorch has exported it. */
  model?: string;
  /** Receives one line at a time. */
  say: (line: string) => void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts a worker; it has loaded its backend when this returns. */
export async function startWorker(column: Column): Promise<{ worker: WorkerProcess; version: string }> {
  const worker = new WorkerProcess(column);
  try {
    const onnxruntime = findOnnxruntime();
    const { version } = await worker.request('hello', { threads: column.threads ?? cores, column, onnxruntime });
    return { worker, version };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

/** Starts every column alone, and compares what it computes with the first that works: PyTorch, if it is there. */
export async function checkColumns(ids: readonly string[], session: Session): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  let reference: { column: string; result: CheckResult } | undefined;
  for (const column of ids) {
    const { version, result, unavailable: why } = await checkColumn(columnOf(column), session);
    if (result !== undefined) reference ??= { column, result };
    const agreement: Agreement =
      result === undefined || reference === undefined
        ? { column, version, unavailable: why }
        : {
            column,
            version,
            with: reference.column,
            ...compareChecks(result, reference.result, toleranceOf(columnOf(column))),
          };
    agreements.push(agreement);
    const { unavailable } = agreement;
    session.say(`${column}: ${unavailable === undefined ? version : `not available: ${unavailable}`}`);
  }
  return agreements;
}

const toleranceOf = ({ precision = 'float32' }: Column): number => tolerances[precision];

interface Checked {
  version?: string;
  result?: CheckResult;
  unavailable?: string;
}

async function checkColumn(column: Column, session: Session): Promise<Checked> {
  let worker: WorkerProcess | undefined;
  let version: string | undefined;
  try {
    ({ worker, version } = await startWorker(column));
    if (column.engine === 'onnxruntime' && session.model === undefined)
      throw new Error('its model is exported by PyTorch, which is not available');
    const common = { network: referenceNetwork, ...session.files };
    const result = await worker.request('check', { ...common, model: session.model ?? '' });
    const { parameters = referenceParameters } = result; // onnxruntime does not know
    if (parameters !== referenceParameters)
      throw new Error(`it has ${parameters} parameters, not ${referenceParameters}`);
    if (column.engine === 'pytorch') session.model = await exportModel(worker, session);
    return { version, result };
  } catch (error) {
    return { version, unavailable: reasonOf(error) };
  } finally {
    await worker?.stop();
  }
}

async function exportModel(worker: WorkerProcess, { files, say }: Session): Promise<string | undefined> {
  const path = files.weights.replace(/safetensors$/, 'onnx');
  try {
    await worker.request('onnx', { network: referenceNetwork, weights: files.weights, path });
    return path;
  } catch (error) {
    say(`onnxruntime has no model: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Measures cases, each with all columns of the group in turn; `broken` columns are left out and keep their reason. */
export async function measureGroup(
  { backend, ids }: Group,
  cases: readonly Case[],
  session: Session,
  broken: Record<string, string>,
): Promise<Measurement[]> {
  const workers = new Map<string, WorkerProcess>();
  const missing: Record<string, string> = {};
  for (const id of ids) {
    if (broken[id]) missing[id] = broken[id];
    else
      await startWorker(columnOf(id)).then(
        ({ worker }) => workers.set(id, worker),
        (error: unknown) => (missing[id] = reasonOf(error)),
      );
  }
  const measurements: Measurement[] = [];
  try {
    for (const of of cases) {
      const { samples, unavailable } = await measureCase(of, workers, session);
      measurements.push({ backend, of, samples, unavailable: { ...missing, ...unavailable } });
    }
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
  return measurements;
}

async function measureCase(
  of: Case,
  workers: ReadonlyMap<string, WorkerProcess>,
  session: Session,
): Promise<Pick<Measurement, 'samples' | 'unavailable'>> {
  const unavailable: Record<string, string> = {};
  const ready: [string, WorkerProcess][] = [];
  for (const [id, worker] of workers) {
    if (!takesPart(columnOf(id), of.workload.kind)) continue;
    await prepare(worker, of, session).then(
      () => ready.push([id, worker]),
      (error: unknown) => (unavailable[id] = reasonOf(error)),
    );
  }
  const samples = await takeTurns(of, ready.map(timer), unavailable);
  for (const [id, worker] of ready) if (!unavailable[id]) await worker.request('release', {});
  session.say(`${of.title}: ${describe(samples, unavailable)}`);
  return { samples, unavailable };
}

const timer = ([id, worker]: [string, WorkerProcess]): Timer => ({
  id,
  time: async () => (await worker.request('time', {})).ms,
});

function prepare(worker: WorkerProcess, { workload }: Case, { files, model }: Session): Promise<unknown> {
  // networks of other sizes start from weights of their own
  const weights = workload.network === referenceNetwork ? files.weights : undefined;
  return worker.request('prepare', { workload, tables: chainTables(workload.kind), weights, model });
}

function describe(samples: Record<string, number[]>, unavailable: Record<string, string>): string {
  const times = Object.entries(samples).map(([id, ms]) => `${id} ${Math.min(...ms).toFixed(1)} ms (${ms.length} runs)`);
  return [...times, ...Object.keys(unavailable).map((id) => `${id} –`)].join(', ');
}

/** Runs a case a few times in a fresh process, alone on the machine, and reads the process's peak of memory. */
export async function measureMemory(id: string, of: Case, session: Session): Promise<MemoryUse> {
  const { kind, batch } = of.workload as { kind: 'forward' | 'train'; batch: number };
  let worker: WorkerProcess | undefined;
  try {
    ({ worker } = await startWorker(columnOf(id)));
    await prepare(worker, of, session);
    for (let i = 0; i < 5; i++) await worker.request('time', {});
    const bytes = worker.peakMemory();
    if (bytes === undefined) throw new Error('the peak of a process is read from /proc, which only Linux has');
    session.say(`memory of ${kind}, batch ${batch}, ${id}: ${Math.round(bytes / 1e6)} MB`);
    return { kind, batch, column: id, bytes };
  } catch (error) {
    return { kind, batch, column: id, unavailable: reasonOf(error) };
  } finally {
    await worker?.stop();
  }
}
