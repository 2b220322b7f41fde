import { messageOf } from '../../platform.ts';
import { Collectives } from './collectives.ts';
import { type CollectivesAddon, collectivesAddon } from './collectives-addon.ts';
import { CollectivesError } from './collectives-error.ts';
import { configMessage, serverDefMessage } from './server-def.ts';

/** Which process this is, and where the others are. */
export type Membership = {
  /** Number of this process, from 0. */
  rank: number;
} & (
  | {
      /** Address of every process, `host:port`, in the order of their ranks; the same list in all of them. */
      hosts: readonly string[];
    }
  | {
      /** Number of processes on this machine, which listen on the ports from `port` on. */
      processes: number;
      /** @defaultValue 7000 */
      port?: number;
    }
);

/** Options of {@link joinCollectives}. */
export type JoinOptions = Membership & {
  /** Longest time in seconds that a process waits for the others, when it joins and in each collective. @defaultValue 600 */
  timeLimit?: number;
  /** What must be the same in all processes, such as the settings of a run; compared when they meet. */
  agreement?: string;
};

/**
 * Joins the processes that are to compute one thing, and waits until all are there and say that they are alike. TensorFlow's own collectives
 * do the work: a gRPC server in each process, sums over rings. A process is in one group at most, and TensorFlow's servers do not stop: the port is
 * free again when the process ends.
 *
 * The servers listen on all interfaces, without encryption or authentication: for private networks alone.
 *
 * @throws RangeError for an address or number that is none; CollectivesError when the set-up lacks the addon, the port is in use, a process does
 *   not come within the time limit, or is of another version.
 * @example
 * ```ts
 * // On each of two machines, on TensorFlow, with its own rank; [2, 4] on both.
 * async function twice(rank: number) {
 *   const group = await joinCollectives({ hosts: ['10.0.0.1:7000', '10.0.0.2:7000'], rank, timeLimit: 60 });
 *   const sum = group.sum(tf.tensor([1, 2]));
 *   await group.leave();
 *   return sum;
 * }
 * ```
 */
export async function joinCollectives(options: JoinOptions): Promise<Collectives> {
  const { rank, timeLimit = 600, agreement = '' } = options;
  const hosts = 'hosts' in options ? [...options.hosts] : localHosts(options.processes, options.port ?? 7000);
  check(hosts, rank, timeLimit);
  const addon = collectivesAddon();
  listen(addon, hosts, { rank, timeLimit });
  const group = new Collectives(addon, hosts, { rank, timeLimit });
  try {
    await group.agree('version', `${addon.tensorflow} ${addon.apiVersion}`);
    await group.agree('agreement', agreement);
    return group;
  } catch (error) {
    addon.leave();
    throw error;
  }
}

const localHosts = (processes: number, port: number): string[] => {
  if (!Number.isInteger(processes) || processes < 1)
    throw new RangeError(`joinCollectives: processes is ${processes}; it must be a whole number from 2 on`);
  return Array.from({ length: processes }, (_, i) => `127.0.0.1:${port + i}`);
};

function check(hosts: readonly string[], rank: number, timeLimit: number): void {
  for (const host of hosts) {
    const [, port] = /^[^\s:/]+:(\d{1,5})$/.exec(host) ?? /^\[[0-9a-fA-F:]+\]:(\d{1,5})$/.exec(host) ?? [];
    if (port === undefined || Number(port) < 1 || Number(port) > 65535)
      throw new RangeError(
        `joinCollectives: "${host.slice(0, 80)}" is no address; give host:port, such as 10.0.0.1:7000`,
      );
  }
  if (hosts.length < 2)
    throw new RangeError(`joinCollectives: there are ${hosts.length} processes; a group has 2 or more`);
  const twice = hosts.find((host, i) => hosts.indexOf(host) < i);
  if (twice !== undefined)
    throw new RangeError(`joinCollectives: ${twice} is listed twice; each process has its own port`);
  if (!Number.isInteger(rank) || rank < 0 || rank >= hosts.length)
    throw new RangeError(
      `joinCollectives: rank is ${rank}; with ${hosts.length} processes it is from 0 to ${hosts.length - 1}`,
    );
  if (!(timeLimit > 0 && timeLimit <= 1e6))
    throw new RangeError(`joinCollectives: timeLimit is ${timeLimit}; give seconds above 0`);
}

function listen(
  addon: CollectivesAddon,
  hosts: readonly string[],
  { rank, timeLimit }: { rank: number; timeLimit: number },
): void {
  try {
    addon.join(serverDefMessage(hosts, rank), configMessage(), hosts.length, timeLimit);
  } catch (cause) {
    if (!/Could not start gRPC server/.test(messageOf(cause))) throw cause;
    const port = hosts[rank].slice(hosts[rank].lastIndexOf(':') + 1);
    throw new CollectivesError(
      'port',
      `rank ${rank} cannot listen on port ${port}, which another program uses; end that, or take another port`,
      [rank],
      { cause },
    );
  }
}
