import { UsageError } from '@diffgan/runs/errors';
import { slurmNodes, slurmTasks } from './slurm-hosts.ts';

/** What the command line says of processes. */
export interface ProcessOptions {
  /** Number of processes on this machine. */
  processes?: number;
  /** Addresses of all processes, with commas between them. */
  hosts?: string;
  /** Number of this process, from 0. */
  rank?: number;
  /** Seconds that processes wait for each other at most. */
  timeLimit?: number;
}

/** Which process this is, and where the others are. */
export interface Place {
  hosts: string[];
  rank: number;
  /** Who says so. */
  from: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The first port of processes whose scheduler names hosts alone. */
const PORT = 7000;

/**
 * Which process of a group this is: from `--hosts` and `--rank`, from DIFFGAN_HOSTS and DIFFGAN_RANK, or from a scheduler. The rank alone may come from
 * JOB_COMPLETION_INDEX of Kubernetes.
 *
 * @returns undefined where nothing says that there are others.
 * @throws UsageError where half of it is said.
 */
export function findPlace({ processes, hosts: given, rank }: ProcessOptions, env: Environment): Place | undefined {
  if (processes !== undefined && given !== undefined)
    throw new UsageError('--processes is for one machine, --hosts for several; leave out one of them');
  if (given !== undefined)
    return named(given, rank ?? numberOf(env, 'DIFFGAN_RANK') ?? numberOf(env, 'JOB_COMPLETION_INDEX'), '--hosts');
  if (rank !== undefined && env.DIFFGAN_HOSTS === undefined)
    throw new UsageError(`--rank is ${rank}, but nothing says where the others are; give --hosts a:7000,b:7000`);
  if (env.DIFFGAN_HOSTS !== undefined)
    return named(
      env.DIFFGAN_HOSTS,
      rank ?? numberOf(env, 'DIFFGAN_RANK') ?? numberOf(env, 'JOB_COMPLETION_INDEX'),
      'DIFFGAN_HOSTS',
    );
  if (processes !== undefined) return undefined;
  return ofTensorflow(env) ?? ofSlurm(env) ?? ofTorchrun(env);
}

function named(list: string, rank: number | undefined, from: string): Place {
  const hosts = list.split(',').map((host) => host.trim());
  if (rank === undefined)
    throw new UsageError(
      `${from} lists ${hosts.length} processes, but nothing says which this is; give --rank, or set DIFFGAN_RANK`,
    );
  return { hosts, rank, from };
}

/** TF_CONFIG, which operators for TensorFlow jobs set. */
function ofTensorflow({ TF_CONFIG: text }: Environment): Place | undefined {
  if (text === undefined) return undefined;
  try {
    const { cluster, task } = JSON.parse(text) as {
      cluster?: { worker?: string[] };
      task?: { type?: string; index?: number };
    };
    if (!Array.isArray(cluster?.worker) || cluster.worker.length < 2 || task?.type !== 'worker') return undefined;
    return { hosts: cluster.worker.map(String), rank: Number(task.index), from: 'TF_CONFIG' };
  } catch (cause) {
    throw new UsageError(`TF_CONFIG is no JSON (${(cause as Error).message}); correct it, or unset it`, { cause });
  }
}

/** A step of srun, which starts the processes of a node one after another. Outside of a step Slurm says nothing of one. */
function ofSlurm(env: Environment): Place | undefined {
  const { SLURM_STEP_NODELIST: nodes, SLURM_STEP_TASKS_PER_NODE: tasks } = env;
  const [rank, size] = [numberOf(env, 'SLURM_PROCID'), numberOf(env, 'SLURM_STEP_NUM_TASKS')];
  if (nodes === undefined || tasks === undefined || rank === undefined || size === undefined || size < 2)
    return undefined;
  const port = numberOf(env, 'DIFFGAN_PORT') ?? PORT;
  const perNode = slurmTasks(tasks);
  const hosts = slurmNodes(nodes).flatMap((node, i) =>
    Array.from({ length: perNode[i] ?? 0 }, (_, task) => `${node}:${port + task}`),
  );
  if (hosts.length !== size)
    throw new UsageError(`Slurm lists ${hosts.length} places for ${size} processes; give --hosts and --rank`);
  return { hosts, rank, from: 'Slurm' };
}

/** torchrun says where rank 0 is, and no more: enough on one machine. */
function ofTorchrun(env: Environment): Place | undefined {
  const [rank, size, local] = ['RANK', 'WORLD_SIZE', 'LOCAL_WORLD_SIZE'].map((name) => numberOf(env, name));
  if (rank === undefined || size === undefined || size < 2 || env.MASTER_ADDR === undefined) return undefined;
  if (local !== size)
    throw new UsageError(
      'torchrun names the machine of rank 0 alone; on several machines set DIFFGAN_HOSTS=a:7000,b:7000 for all of them',
    );
  const port = numberOf(env, 'DIFFGAN_PORT') ?? (numberOf(env, 'MASTER_PORT') ?? PORT) + 1; // its own port is taken
  return { hosts: Array.from({ length: size }, (_, i) => `127.0.0.1:${port + i}`), rank, from: 'torchrun' };
}

function numberOf(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} is "${text.slice(0, 40)}"; it must be a whole number`);
  return Number(text);
}
