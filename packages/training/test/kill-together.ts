import { once } from 'node:events';
import { connect } from 'node:net';
import { foldIn, key, uniformArray } from '@diffgan/ops';
import { freePorts } from '../../../test/free-ports.ts';
import { startProcess, type Together, type Trained, trainInProcesses } from './together.ts';

/** How often processes that train together are killed, and what they train. */
export interface Kills {
  kills: number;
  size: number;
  steps: number;
  /** Path of a checkpoint, and of one of the undisturbed run. */
  file: string;
  wholeFile: string;
  seed?: number;
  /** Hears of each kill. */
  say?: (line: string) => void;
}

/** What came of it: the same training undisturbed and disturbed, and the longest time in seconds until all others had ended. */
export interface Killed {
  whole: Trained;
  resumed: Trained;
  longest: number;
}

const TIME_LIMIT = 60;

/**
 * Trains in several processes, kills a random one with SIGKILL at a random step again and again, goes on each time, and ends.
 *
 * @throws Error unless all others end within the time limit with the killed rank named, and leave no port held.
 */
export async function killTogether({ kills, size, steps, file, wholeFile, seed = 0, say }: Kills): Promise<Killed> {
  const taskOf = (path: string): Together => ({
    names: ['GAN with two critic steps'],
    options: { steps, batch: 24, emaDecay: [0.9, 0.99], checkpoint: { file: path, every: 5, resume: true } },
    timeLimit: TIME_LIMIT,
  });
  const [[whole]] = await trainInProcesses(size, taskOf(wholeFile));
  let longest = 0;
  for (let i = 0; i < kills; i++) {
    const [ofRank, ofStep] = uniformArray(foldIn(key(seed), i), 2);
    const rank = Math.floor(ofRank * size);
    const wait = Math.floor(ofStep * 20); // steps from the resumed one on
    const seconds = await killOne(taskOf(file), { size, rank, wait });
    longest = Math.max(longest, seconds);
    say?.(
      `${i + 1}/${kills}: rank ${rank} killed in its step ${wait + 1}; the others ended after ${seconds.toFixed(1)} s`,
    );
  }
  const [[resumed]] = await trainInProcesses(size, taskOf(file));
  return { whole, resumed, longest };
}

/** Starts a team, kills one of it and waits for the others; seconds that these took. */
async function killOne(
  task: Together,
  { size, rank, wait }: Record<'size' | 'rank' | 'wait', number>,
): Promise<number> {
  const ports = await freePorts(size);
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  let seen = 0;
  let killedAt = 0;
  const team = hosts.map((_, own) =>
    startProcess({ ...task, hosts, rank: own }, () => {
      if (own !== rank || seen++ !== wait) return;
      killedAt = performance.now();
      team[rank].child.kill('SIGKILL');
    }),
  );
  const lines = await Promise.all(team.map((process) => process.lines));
  if (killedAt === 0) throw new Error('the run ended before the kill; give it more steps');
  const seconds = (performance.now() - killedAt) / 1000;
  if (seconds > TIME_LIMIT) throw new Error(`the others took ${seconds} s to end`);
  lines.forEach((own, other) => {
    const { error = 'no error' } = own.at(-1) ?? {};
    if (other !== rank && !error.startsWith(`rank ${rank} (${hosts[rank]}) is gone`))
      throw new Error(`rank ${other} does not name rank ${rank}: ${error}`);
  });
  for (const port of ports) if (await answers(port)) throw new Error(`port ${port} is still held`);
  return seconds;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
