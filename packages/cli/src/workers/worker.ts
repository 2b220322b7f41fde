import { JobSampler } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { selectBackend } from '@diffgan/runtime';
import type { Order, Reply } from './messages.ts';

const stepsEvery = 250; // ms

/** Does what the process that started this one says, until that one lets go of it. */
export async function work(): Promise<void> {
  const parent = process.send?.bind(process);
  if (!parent)
    throw new UsageError('diffgan worker is started by other commands; give sample or evaluate --workers instead');
  // Ctrl-C, and a terminal that closes, reach all processes of it; the first one decides what is to happen
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.removeAllListeners(name).on(name, () => undefined);
  const say = (reply: Reply) => void parent(reply);
  let sampler: Promise<JobSampler> | undefined;
  process.on('message', (order: Order) => {
    void obey(order).catch((error: unknown) => {
      const { message, stack } = error as Error;
      process.stderr.write(`${process.env.DIFFGAN_DEBUG === undefined ? message : stack}\n`);
      say({ type: 'failed', message, usage: error instanceof UsageError });
    });
  });
  async function obey(order: Order): Promise<void> {
    if (order.type === 'open') {
      sampler = open(order, say);
      await sampler;
      return say({ type: 'ready' });
    }
    const drawn = await (await sampler!).batch(order.batch);
    say({ type: 'made', batch: order.batch, drawn });
  }
  return new Promise((_, reject) =>
    process.once('disconnect', () => reject(new Error('the process that this one works for has ended'))),
  );
}

async function open(
  { job, backend, threads }: Extract<Order, { type: 'open' }>,
  say: (reply: Reply) => void,
): Promise<JobSampler> {
  await selectBackend(backend, { threads });
  let last = -Infinity;
  const onStep = (fraction: number) => {
    if (performance.now() - last < stepsEvery) return;
    last = performance.now();
    say({ type: 'step', fraction });
  };
  return JobSampler.open(job, { onStep });
}
