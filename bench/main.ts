import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchBackend, type Case, casesOf, curvePoints } from './cases.ts';
import { type Column, columnOf, columns, groups, takesPart } from './columns.ts';
import { fidColumns, measureFid } from './fid-runs.ts';
import { gameColumns, measureGames } from './game-runs.ts';
import { installOnnxruntime, installPytorch } from './installations.ts';
import { joinResults } from './join-results.ts';
import { describeCommit, describeLoad, describeMachine } from './machine.ts';
import { checkColumns, measureGroup, measureMemory, type Session } from './measure.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { writeReferenceFiles } from './reference-files.ts';
import { report } from './report.ts';
import type { FidRun, Measurement, MemoryUse, Results, TrainingRun } from './results.ts';
import { measureRuns, runColumns } from './training-runs.ts';
import { writeDocs } from './write-docs.ts';

const options = parseOptions(process.argv.slice(2));
if (options.help) console.log(usage);
else if (options.installPytorch || options.installOnnxruntime) await installAll(options);
else await present(options.from === undefined ? await bench(options) : read(options.from), options);

async function installAll({ installPytorch: pytorch, installOnnxruntime: onnxruntime }: BenchOptions): Promise<void> {
  if (pytorch) await installPytorch();
  if (onnxruntime) await installOnnxruntime();
}

function read(paths: readonly string[]): Results {
  // a file of an earlier version lacks what was not measured then
  const parse = (path: string) =>
    ({ runs: [], fid: [], games: [], ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Results>) }) as Results;
  return joinResults(paths.map(parse));
}

async function present(results: Results, { json, docs }: BenchOptions): Promise<void> {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results)}\n`);
  if (docs) await writeDocs(results);
  console.log(report(results));
}

async function bench(chosen: BenchOptions): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-bench-'));
  const begin = performance.now();
  const say = (line: string) =>
    console.error(`${((performance.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  const warning = await describeLoad();
  if (warning !== undefined) say(warning);
  try {
    const session: Session = { files: await writeReferenceFiles(folder), say };
    const used = columns.filter((column) => takesPartIn(chosen, column));
    const agreements = await checkColumns(
      used.map(({ id }) => id),
      session,
    );
    const broken = Object.fromEntries(
      agreements.flatMap(({ column, unavailable }) => (unavailable ? [[column, unavailable]] : [])),
    );
    return {
      date: new Date().toISOString().slice(0, 10),
      command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
      commit: describeCommit(),
      machine: describeMachine(),
      quick: chosen.quick,
      warning,
      agreements,
      memory: await memory(chosen, session, broken),
      runs: await trainingRuns(chosen, session, broken),
      fid: await fidRuns(chosen, session, broken),
      games:
        chosen.only.includes('ddgan') && chosen.backends.includes('tensorflow')
          ? await measureGames(chosen, session)
          : [],
      measurements: [...(await tables(chosen, session, broken)), ...(await curves(chosen, session, broken))],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function tables(chosen: BenchOptions, session: Session, broken: Record<string, string>): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const group of groups) {
    if (!chosen.backends.includes(group.backend)) continue;
    const own = group.ids.filter((id) => columnOf(id).engine !== 'pytorch' && !broken[id]);
    const compared = ({ workload }: Case) => own.some((id) => takesPart(columnOf(id), workload.kind)); // PyTorch alone says nothing
    const cases = casesOf(group.backend, chosen).filter((of) => chosen.only.includes(of.topic) && compared(of));
    if (cases.length === 0) continue;
    session.say(`${own.join(', ')}:`);
    measurements.push(...(await measureGroup(group, cases, session, broken)));
  }
  return measurements;
}

async function trainingRuns(
  chosen: BenchOptions,
  session: Session,
  broken: Record<string, string>,
): Promise<TrainingRun[]> {
  const runs: TrainingRun[] = [];
  for (const topic of ['losses', 'endurance'] as const)
    if (chosen.only.includes(topic))
      runs.push(...(await measureRuns(topic, runColumns(chosen.backends), session, broken)));
  return runs;
}

function takesPartIn({ only, backends }: BenchOptions, { id, backend }: Column): boolean {
  if (only.every((topic) => topic === 'fid')) return fidColumns.includes(id);
  if (only.every((topic) => topic === 'ddgan')) return gameColumns.includes(id);
  return backend === undefined || backends.includes(backend);
}

async function fidRuns(chosen: BenchOptions, session: Session, broken: Record<string, string>): Promise<FidRun[]> {
  if (!chosen.only.includes('fid')) return [];
  return await measureFid(
    fidColumns.filter((id) => !broken[id]),
    session,
  );
}

/** One group for all curves: PyTorch and the fastest that works of each backend. */
async function curves(chosen: BenchOptions, session: Session, broken: Record<string, string>): Promise<Measurement[]> {
  if (!chosen.only.includes('curves')) return [];
  const best = [['native', 'native-unmodified', 'native-eager'], ['wasm-2', 'wasm-1'], ['webgpu']].flatMap((ids) =>
    ids.filter((id) => chosen.backends.includes(columnOf(id).backend!) && !broken[id]).slice(0, 1),
  );
  if (best.length === 0) return [];
  const group = { backend: chosen.backends[0], ids: ['pytorch', ...best] };
  return await measureGroup(group, curvePoints(chosen), session, broken);
}

async function memory(chosen: BenchOptions, session: Session, broken: Record<string, string>): Promise<MemoryUse[]> {
  if (!chosen.only.includes('memory')) return [];
  const uses: MemoryUse[] = [];
  for (const backend of chosen.backends) {
    const ids = columns.filter(({ backend: its, id }) => its === backend || id === 'pytorch');
    for (const of of memoryCases(backend, chosen))
      for (const column of ids)
        if (!broken[column.id] && takesPart(column, of.workload.kind))
          uses.push(await measureMemory(column.id, of, session));
  }
  return uses;
}

/** Forward and training step at the batch of the training step. */
function memoryCases(backend: BenchBackend, effort: { quick: boolean }): Case[] {
  const train = casesOf(backend, effort).filter(({ topic }) => topic === 'train');
  return train.flatMap((of) =>
    (['forward', 'train'] as const).map((kind) => ({ ...of, workload: { ...of.workload, kind } })),
  );
}
