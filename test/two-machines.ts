import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * Two machines: network namespaces with a cable between them, each with its own addresses, ports and loopback. They take root's rights, and `ip`.
 */
export class TwoMachines {
  readonly addresses = ['10.254.7.1', '10.254.7.2'] as const;
  readonly #names: readonly [string, string];

  /** @param names that each machine knows the two by, besides their addresses. */
  constructor(names: readonly (readonly string[])[] = []) {
    this.#names = [`dg${process.pid}a`, `dg${process.pid}b`];
    const known = names.flatMap((own, i) => own.map((name) => `${this.addresses[i]} ${name}\n`));
    for (const name of this.#names) {
      ip('netns', 'add', name);
      mkdirSync(folderOf(name), { recursive: true });
      writeFileSync(join(folderOf(name), 'hosts'), ['127.0.0.1 localhost\n', ...known].join(''));
    }
    const [a, b] = this.#names;
    ip('-n', a, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', b);
    for (const [i, name] of this.#names.entries()) {
      ip('-n', name, 'addr', 'add', `${this.addresses[i]}/24`, 'dev', 'cable');
      for (const device of ['cable', 'lo']) ip('-n', name, 'link', 'set', device, 'up');
    }
  }

  /** The machines, or why there are none here, which is said aloud. */
  static open(names?: readonly (readonly string[])[]): { machines?: TwoMachines; without: string } {
    try {
      return { machines: new TwoMachines(names), without: '' };
    } catch (error) {
      const without = `no network namespaces here: ${(error as Error).message.trim()}`;
      process.stderr.write(`two machines as network namespaces were not tried; ${without}\n`);
      return { without };
    }
  }

  /** What to put before a command that machine 0 or 1 is to run. */
  on = (machine: number): string[] => ['ip', 'netns', 'exec', this.#names[machine]];

  /** Pulls the cable, or puts it in again. */
  cable = (state: 'up' | 'down') => void ip('-n', this.#names[0], 'link', 'set', 'cable', state);

  close(): void {
    for (const name of this.#names) {
      ip('netns', 'del', name);
      rmSync(folderOf(name), { recursive: true, force: true });
    }
  }
}

/** Where `ip netns exec` finds the /etc/hosts of a namespace. */
const folderOf = (name: string) => join('/etc/netns', name);
