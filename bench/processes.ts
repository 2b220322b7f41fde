// What training in several processes costs: one process with all threads beside as many with one thread each, the same batch of the reference
// U-Net, in turns; sums alone, by size and ranks; steps by batch; and what sums beside the computation could save. Of these docs/scale.md makes its figures:
//
//   npm run bench:processes -- --processes 2 --batch 64 --steps 10 --rounds 3
//   npm run bench:processes -- --only sums,steps,together,overlap --json bench/results/processes.json
//   npm run bench:processes -- --only nothing --json bench/results/processes.json    # writes docs/scale.md of what the file holds
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flags } from '../scripts/flags.ts';
import { freePorts } from '../test/free-ports.ts';
import { cores, describeCommit, describeLoad, describeMachine } from './machine.ts';
import type { Overlap, OverlapRound, ProcessesResults, Together, TogetherRound } from './processes-results.ts';
import { writeScaleDocs } from './scale-docs.ts';
import { median } from './statistics.ts';
import type { Order, Told } from './worker/processes.ts';

const given = flags({ processes: 2, batch: 64, steps: 10, rounds: 3, only: 'sums,together', json: '' });
const sumSizes = [1_000, 100_000, 1_623_169, 6_500_000, 25_000_000];
const sumRanks = [2, 3, 4];
const stepBatches = [8, 16, 32, 64, 128];
const script = fileURLToPath(new URL('worker/processes.ts', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs so many processes to their end, and what each of them tells. */
async function measure(count: number, threads: number, order: Omit<Order, 'hosts' | 'rank'>): Promise<Told[]> {
  const hosts = (await freePorts(count)).map((port) => `127.0.0.1:${port}`);
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '3' };
  const children = hosts.map((_, rank) => {
    const own: Order = { ...order, rank, ...(count > 1 && { hosts }) };
    return fork(script, [JSON.stringify(own)], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  });
  return Promise.all(
    children.map(async (child) => {
      const ended = once(child, 'close');
      const told = await Promise.race([
        once(child, 'message').then(([told]) => told as Told),
        ended.then(() => undefined),
      ]);
      if (!told) throw new Error('a process ended before it told what it measured');
      await ended;
      return told;
    }),
  );
}

async function measureSums(): Promise<ProcessesResults['sums']> {
  const all: ProcessesResults['sums'] = [];
  for (const ranks of sumRanks) {
    const [{ sums }] = await measure(ranks, 1, { sums: sumSizes });
    for (const floats of sumSizes) {
      all.push({ ranks, floats, milliseconds: sums[floats] });
      say(`${ranks} processes, sum of ${floats} floats: ${sums[floats].toFixed(1)} ms`);
    }
  }
  return all;
}

async function measureSteps(): Promise<Pick<ProcessesResults, 'steps' | 'drawNanoseconds' | 'networks'>> {
  const trainings = stepBatches.map((batch) => ({ batch, steps: given.steps }));
  const [{ trainings: trained, drawNanoseconds, networks }] = await measure(1, cores, { trainings, sizes: true });
  for (const { batch, step } of trained) say(`batch ${batch}: ${step.toFixed(3)} s a step`);
  say(`a normal number: ${drawNanoseconds!.toFixed(1)} ns`);
  const steps = trained.map(({ batch, step }) => ({ batch, milliseconds: 1000 * step }));
  return { steps, drawNanoseconds: drawNanoseconds!, networks: networks! };
}

async function measureTogether(): Promise<Together> {
  const { processes, batch, steps } = given;
  const rounds: TogetherRound[] = [];
  for (let i = 0; i < given.rounds; i++) {
    const order = { trainings: [{ batch, steps }] };
    const [one] = (await measure(1, processes, order)).map(({ trainings: [training] }) => training);
    const many = (await measure(processes, 1, order)).map(({ trainings: [training] }) => training);
    const manyProcessor = many.reduce((sum, { processor }) => sum + processor, 0);
    const [{ step, share }] = many;
    rounds.push({ one: one.step, many: step, oneProcessor: one.processor, manyProcessor, share });
    say(
      `round ${i + 1}: one process ${one.step.toFixed(3)} s, ${processes} processes ${step.toFixed(3)} s a step, ratio ` +
        `${(step / one.step).toFixed(3)}; of the processor ${(manyProcessor / one.processor).toFixed(3)}; sums ${(100 * share).toFixed(1)} %`,
    );
  }
  return { processes, batch, rounds };
}

async function measureOverlap(): Promise<Overlap> {
  const { processes, batch, steps } = given;
  const floats = sumSizes[2]; // the gradients of the reference U-Net
  const order = { batch: batch / processes, rounds: steps, floats };
  const [{ overlap: rounds }] = await measure(processes, 1, { overlap: order });
  const middle = (of: (round: OverlapRound) => number) => median(rounds!.map(of)).toFixed(0);
  say(
    `a step ${middle(({ alone }) => alone)} ms, with a sum after it ${middle(({ after }) => after)} ms, beside it ${middle(({ beside }) => beside)} ms`,
  );
  return { commit: describeCommit(), load, processes, batch, floats, rounds: rounds! };
}

say(describeMachine());
const load = await describeLoad();
if (load !== undefined) say(load);
const earlier = existsSync(given.json) ? (JSON.parse(readFileSync(given.json, 'utf8')) as ProcessesResults) : undefined;
const wants = (name: string) => given.only.split(',').includes(name);
const results = {
  ...earlier,
  ...(['sums', 'steps', 'together'].some(wants) && { machine: describeMachine(), commit: describeCommit(), load }),
  ...(wants('sums') && { sums: await measureSums() }),
  ...(wants('steps') && (await measureSteps())),
  ...(wants('together') && { together: await measureTogether() }),
  ...(wants('overlap') && { overlap: await measureOverlap() }),
} as ProcessesResults;
if (results.together) {
  const { rounds } = results.together;
  const middle = (of: (round: TogetherRound) => number) => median(rounds.map(of));
  say(
    `median of all: ratio ${middle(({ one, many }) => many / one).toFixed(3)}, sums ${(100 * middle(({ share }) => share)).toFixed(1)} % of a step`,
  );
}
if (given.json !== '') {
  mkdirSync(dirname(given.json), { recursive: true });
  writeFileSync(given.json, `${JSON.stringify(results, null, 2)}\n`);
  const missing = (['sums', 'steps', 'together'] as const).filter((name) => !results[name]);
  if (missing.length === 0) await writeScaleDocs(results);
  else say(`${given.json} has been written; docs/scale.md waits for --only ${missing.join(',')}`);
}
