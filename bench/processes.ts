// What training in several processes costs: one process with all threads against as many with one thread each, the same batch of the reference
// U-Net, in turns:
//
//   npm run bench:processes -- --processes 2 --batch 64 --steps 10 --rounds 3
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { imageDataset } from '@diffgan/data';
import { key, run, uniformArray } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { joinCollectives } from '@diffgan/runtime/node';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdpm } from '@diffgan/training';
import { ddpmUnet } from '@diffgan/unet';
import { freePorts } from '../test/free-ports.ts';
import { referenceNetwork } from './cases.ts';
import { describeLoad, describeMachine } from './machine.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '2' },
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '1000,1623169,6500000' },
    hosts: { type: 'string' },
    rank: { type: 'string', default: '0' },
  },
});
const [processes, batch, steps, rounds, rank] = [
  values.processes,
  values.batch,
  values.steps,
  values.rounds,
  values.rank,
].map(Number);
const warmUp = 2;

/** What a process tells of a run. */
interface Told {
  /** Seconds of every step but the first ones. */
  seconds: number[];
  /** Share of each that the process spent in sums which waited least: what the sum itself takes. */
  shares: number[];
  /** Milliseconds of a sum alone, by its number of floats. */
  sums: Record<string, number>;
}

const medianOf = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function work(): Promise<void> {
  await selectBackend('tensorflow');
  const group =
    values.hosts === undefined ? undefined : await joinCollectives({ hosts: values.hosts.split(','), rank });
  const told: Told = { seconds: [], shares: [], sums: {} };
  for (const size of group ? values.sizes.split(',') : []) {
    const times: number[] = [];
    for (let i = 0; i < 12; i++) {
      const began = performance.now();
      await group!.allReduce(new Float32Array(Number(size)));
      times.push(performance.now() - began);
    }
    told.sums[size] = medianOf(times.slice(warmUp));
  }
  const pixels = Uint8Array.from(uniformArray(key(0), 512 * 784, { min: 0, max: 256 }));
  const size = { count: 512, height: 28, width: 28, channels: 1 };
  const data = imageDataset({ name: 'noise', split: 'train', images: pixels, ...size });
  const options = { data, batch, steps: warmUp + steps, processes: group };
  const model = ddpmUnet(referenceNetwork);
  await run(trainDdpm(model, linearSchedule(1000), options), (event) => {
    if (event.type !== 'step' || event.step <= warmUp) return;
    told.seconds.push(event.seconds);
    told.shares.push(event.measures['processes.leastWaited'] ?? 0);
  });
  process.send!(told, () => process.exit(0));
}

/** Runs the training in so many processes, and what rank 0 tells. */
async function measure(count: number, threads: number): Promise<Told> {
  const hosts = (await freePorts(count)).map((port) => `127.0.0.1:${port}`);
  const given = ['--batch', values.batch, '--steps', values.steps, '--sizes', values.sizes];
  const children = hosts.map((_, own) => {
    const place = count === 1 ? [] : ['--hosts', hosts.join(), '--rank', String(own)];
    return fork(fileURLToPath(import.meta.url), [...given, ...place], {
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '3', BENCH_WORKER: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  });
  const ended = Promise.all(children.map((child) => once(child, 'close')));
  const [told] = (await once(children[0], 'message')) as [Told];
  await ended;
  return told;
}

async function main(): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(JSON.stringify(describeMachine()));
  const load = await describeLoad();
  if (load !== undefined) say(load);
  const [one, many]: Told[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    one.push(await measure(1, processes));
    many.push(await measure(processes, 1));
    const [a, b] = [one[i], many[i]].map(({ seconds }) => medianOf(seconds));
    say(
      `round ${i + 1}: one process ${a.toFixed(3)} s, ${processes} processes ${b.toFixed(3)} s a step, ratio ${(b / a).toFixed(3)}`,
    );
  }
  const of = (runs: readonly Told[]) => medianOf(runs.flatMap(({ seconds }) => seconds));
  const shares = medianOf(many.flatMap(({ shares }) => shares));
  say(`median of all: ratio ${(of(many) / of(one)).toFixed(3)}, sums ${(100 * shares).toFixed(1)} % of a step`);
  for (const size of values.sizes.split(','))
    say(`sum of ${size} floats: ${medianOf(many.map(({ sums }) => sums[size])).toFixed(1)} ms`);
}

await (process.env.BENCH_WORKER === undefined ? main() : work());
