// One process of `npm run bench:processes`: joins the others if there are any, times sums, steps of a training or the drawing of noise, and tells.
import { imageDataset } from '@diffgan/data';
import { foldIn, key, normal, run, uniformArray } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { type Collectives, joinCollectives } from '@diffgan/runtime/node';
import { linearSchedule } from '@diffgan/schedule';
import { trainDdpm } from '@diffgan/training';
import { ddpmUnet } from '@diffgan/unet';
import { referenceNetwork } from '../cases.ts';
import { networkSizes } from '../network-sizes.ts';
import type { NetworkSize, OverlapRound } from '../processes-results.ts';
import { median } from '../statistics.ts';

/** What a process is to do. */
export interface Order {
  hosts?: readonly string[];
  rank: number;
  /** Numbers of floats to sum. */
  sums?: readonly number[];
  /** Trainings of so many steps. */
  trainings?: readonly { batch: number; steps: number }[];
  /** Steps with and without a sum, whose number of floats is given. */
  overlap?: { batch: number; rounds: number; floats: number };
  /** Also draw noise, and count what the networks of the cost model compute. */
  sizes?: boolean;
}

/** What it tells at its end. */
export interface Told {
  /** Milliseconds by number of floats. */
  sums: Record<string, number>;
  trainings: Trained[];
  overlap?: OverlapRound[];
  drawNanoseconds?: number;
  networks?: NetworkSize[];
}

/** Medians over the steps of a training. */
export interface Trained {
  batch: number;
  /** Seconds. */
  step: number;
  /** Seconds of the processor, over all threads. */
  processor: number;
  share: number;
}

const warmUp = 2;

async function timeSum(group: Collectives, floats: number): Promise<number> {
  const times: number[] = [];
  const values = new Float32Array(floats);
  for (let i = 0; i < 12; i++) {
    const began = performance.now();
    await group.allReduce(values);
    times.push(performance.now() - began);
  }
  return median(times.slice(warmUp));
}

function noiseImages() {
  const pixels = Uint8Array.from(uniformArray(key(0), 512 * 784, { min: 0, max: 256 }));
  const size = { count: 512, height: 28, width: 28, channels: 1 };
  return imageDataset({ name: 'noise', split: 'train', images: pixels, ...size });
}

async function timeTraining(
  { batch, steps }: { batch: number; steps: number },
  processes?: Collectives,
): Promise<Trained> {
  const data = noiseImages();
  const model = ddpmUnet(referenceNetwork);
  const [seconds, processor, shares]: number[][] = [[], [], []];
  let before = process.cpuUsage();
  await run(trainDdpm(model, linearSchedule(1000), { data, batch, steps: warmUp + steps, processes }), (event) => {
    if (event.type !== 'step') return;
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    if (event.step <= warmUp) return;
    seconds.push(event.seconds);
    processor.push((user + system) / 1e6);
    shares.push(event.measures['processes.leastWaited'] ?? 0);
  });
  model.dispose();
  return { batch, step: median(seconds), processor: median(processor), share: median(shares) };
}

/**
 * A step of this process alone, a step with a sum after it, and a step with a sum beside it, in turns. The sum is of other numbers than the step's
 * gradients, so that it can go on under all of the step: more than any order of the sums of a real step could hide.
 */
async function timeOverlap(
  group: Collectives,
  { batch, rounds, floats }: NonNullable<Order['overlap']>,
): Promise<OverlapRound[]> {
  const model = ddpmUnet(referenceNetwork);
  const training = trainDdpm(model, linearSchedule(1000), { data: noiseImages(), batch, steps: 1e6 });
  const values = new Float32Array(floats);
  const step = () => training.next();
  const sum = () => group.allReduce(values);
  const timeOf = async (work: () => Promise<unknown>) => {
    await group.barrier();
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const times: OverlapRound[] = [];
  for (let i = 0; i < warmUp + rounds; i++)
    times.push({
      alone: await timeOf(step),
      after: await timeOf(() => step().then(sum)),
      beside: await timeOf(() => Promise.all([step(), sum()])),
    });
  await training.return({ steps: 0, averages: {} });
  model.dispose();
  return times.slice(warmUp);
}

async function timeDrawing(): Promise<number> {
  const shape: [number, number, number, number] = [64, 28, 28, 1];
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    const began = performance.now();
    const noise = normal(foldIn(key(0), i), shape);
    await noise.data();
    times.push(performance.now() - began);
    noise.dispose();
  }
  return (1e6 * median(times.slice(warmUp))) / (64 * 784);
}

const { hosts, rank, sums = [], trainings = [], overlap, sizes = false } = JSON.parse(process.argv[2]) as Order;
await selectBackend('tensorflow');
const group = hosts && (await joinCollectives({ hosts, rank }));
const told: Told = { sums: {}, trainings: [] };
if (group) for (const floats of sums) told.sums[floats] = await timeSum(group, floats);
for (const training of trainings) told.trainings.push(await timeTraining(training, group));
if (group && overlap) told.overlap = await timeOverlap(group, overlap);
if (sizes) Object.assign(told, { drawNanoseconds: await timeDrawing(), networks: await networkSizes() });
process.send!(told, () => process.exit(0));
