// Interrupts a training run on points of the plane at random moments and checks that every resume goes on to the same bits as a run that
// nobody disturbed, on the native backend:
//
//   npm run kill-training -- --how kill --times 20     # kill -9
//   npm run kill-training -- --how term --times 20     # SIGTERM: saves the step it is in, loses none
//   npm run kill-training -- --how disk --times 5      # the disk is full for a while: a small tmpfs, so it needs root on Linux
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { foldIn, key, uniformArray } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { CheckpointWriteError, loadCheckpoint, trainDdgan } from '@diffgan/training';
import { clouds, planeGame } from '../packages/training/test/plane.ts';
import { flags } from './flags.ts';

// a child is told the file of its checkpoint
const values = flags({ how: 'kill', times: 20, steps: 1000, every: 10, seed: 0, child: '' });
const { steps, every, times } = values;

/** What a checkpoint holds, as one number. */
async function digestOf(file: string): Promise<string> {
  const { step, vectors } = await loadCheckpoint(file);
  const hash = createHash('sha256').update(String(step));
  for (const name of Object.keys(vectors).sort()) {
    const { buffer, byteOffset, byteLength } = vectors[name];
    hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The run: a line per event, and the digest of every checkpoint. */
async function trainAsChild(file: string): Promise<void> {
  const controller = new AbortController();
  process.once('SIGTERM', () => controller.abort(new Error('SIGTERM')));
  await selectBackend('tensorflow');
  const options = {
    steps,
    batch: 32,
    key: key(3),
    emaDecay: [0.99, 0.999],
    criticSteps: 2,
    loss: 'hellinger2' as const,
  };
  const checkpoint = { file, every, resume: true };
  const all = { ...options, data: clouds(), checkpoint, signal: controller.signal };
  try {
    await run(trainDdgan(planeGame(), vpSchedule(4), all), async (event) => {
      const digest = event.type === 'checkpoint' ? await digestOf(file) : '';
      process.stdout.write(`${event.type} ${event.step} ${digest}\n`);
    });
    process.stdout.write('done\n');
  } catch (error) {
    if (error instanceof CheckpointWriteError) process.stdout.write(`full ${error.code} ${error.message}\n`);
    else if (!controller.signal.aborted) throw error;
  }
}

interface Told {
  event: string;
  step: number;
  digest: string;
}

/** Runs the child to its end, or until it is interrupted `after` milliseconds from its first step on. */
async function runChild(file: string, interrupt?: { after: number; by: (child: ReturnType<typeof spawn>) => unknown }) {
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx'];
  const own = ['--child', file, '--steps', String(steps), '--every', String(every)];
  const child = spawn(process.execPath, [...flags, fileURLToPath(import.meta.url), ...own], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const told: Told[] = [];
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [event, step, digest] = line.split(' ');
    if (event === 'step' && interrupt && told.every((earlier) => earlier.event !== 'step'))
      timer = setTimeout(() => interrupt.by(child), interrupt.after);
    told.push({ event, step: Number(step), digest });
  }
  await ended;
  clearTimeout(timer);
  return told;
}

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Digests of all checkpoints of an undisturbed run, and its milliseconds from the first step to the last. */
async function reference(file: string) {
  let began = 0;
  const told = await runChild(file, { after: 0, by: () => (began = performance.now()) });
  return {
    digests: new Map(told.filter(({ event }) => event === 'checkpoint').map(({ step, digest }) => [step, digest])),
    milliseconds: performance.now() - began,
  };
}

/** Throws unless every checkpoint of a run that the undisturbed run has, too, is the same one. */
function compare(told: Told[], digests: Map<number, string>): number {
  const common = told.filter(({ event, step }) => event === 'checkpoint' && digests.has(step));
  for (const { step, digest } of common)
    if (digests.get(step) !== digest) throw new Error(`the state after step ${step} is another one`);
  return common.length;
}

const interruptions: Record<string, (child: ReturnType<typeof spawn>, folder: string) => void> = {
  kill: (child) => child.kill('SIGKILL'),
  term: (child) => child.kill('SIGTERM'),
  disk: (_, folder) => fill(folder),
};

function fill(folder: string): void {
  try {
    for (let i = 0; ; i++) writeFileSync(join(folder, `filler-${i}`), new Uint8Array(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Throws unless an interrupted run did what it should; the last step that it told of. */
function assertNoticed(told: Told[]): number {
  const last = [...told].reverse().find(({ event }) => event === 'step')?.step ?? 0;
  if (values.how === 'term' && !told.some(({ event, step }) => event === 'checkpoint' && step === last))
    throw new Error(`SIGTERM after step ${last} lost that step`);
  if (values.how === 'disk' && told.at(-1)?.event !== 'full') throw new Error('the full disk was not noticed');
  return last;
}

async function main(): Promise<void> {
  const interruption = interruptions[values.how] as (typeof interruptions)[string] | undefined;
  if (!interruption)
    throw new RangeError(`--how is ${values.how}; use one of ${Object.keys(interruptions).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-kill-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    const whole = await reference(join(folder, 'whole.safetensors'));
    const { size } = statSync(join(folder, 'whole.safetensors'));
    if (values.how === 'disk') execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${4 * size + 65536}`, 'tmpfs', disk]);
    const file = join(disk, 'state.safetensors');
    let [interrupted, compared, resumed] = [0, 0, 0];
    for (let i = 0; interrupted < times; i++) {
      const [share] = uniformArray(foldIn(key(values.seed), i), 1);
      const after = 0.6 * share * whole.milliseconds;
      const told = await runChild(file, { after, by: (child) => interruption(child, disk) });
      compared += compare(told, whole.digests);
      if (told[0]?.step > 0) resumed++;
      if (values.how === 'disk') execFileSync('find', [disk, '-name', 'filler-*', '-delete']);
      if (told.at(-1)?.event === 'done') {
        execFileSync('find', [disk, '-mindepth', '1', '-delete']); // it was faster than the interruption
        continue;
      }
      interrupted++;
      const last = assertNoticed(told);
      say(`${interrupted}/${times}: from step ${told[0]?.step}, ${values.how} after step ${last}`);
    }
    const rest = await runChild(file);
    compared += compare(rest, whole.digests);
    if (rest.at(-1)?.event !== 'done') throw new Error('the last run did not end');
    say(`${times} interruptions, ${resumed} resumes, ${compared} checkpoints equal to the undisturbed run's`);
  } finally {
    if (values.how === 'disk') execFileSync('umount', [disk]);
    rmSync(folder, { recursive: true, force: true });
  }
}

await (values.child === '' ? main() : trainAsChild(values.child));
