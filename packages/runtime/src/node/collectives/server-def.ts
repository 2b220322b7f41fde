import { integerField, joined, lengthField } from '../../graph/messages.ts';

// Protocol buffer encoding of TensorFlow's ServerDef and ConfigProto.

/** How TensorFlow calls the process of a rank. */
export const taskName = (rank: number): string => `/job:worker/replica:0/task:${rank}`;

/** A ConfigProto: rank 0 tells the others who belongs together, and no GPU is taken for the sums. */
export function configMessage(): Uint8Array {
  const noGpu = lengthField(1, joined([lengthField(1, 'GPU'), integerField(2, 0)]));
  return joined([noGpu, lengthField(16, lengthField(1, taskName(0)))]);
}

/** A ServerDef: all processes and the number of this one. */
export function serverDefMessage(hosts: readonly string[], rank: number): Uint8Array {
  const tasks = hosts.map((host, i) => lengthField(2, joined([integerField(1, i), lengthField(2, host)])));
  const cluster = lengthField(1, joined([lengthField(1, 'worker'), ...tasks]));
  return joined([
    lengthField(1, cluster),
    lengthField(2, 'worker'),
    integerField(3, rank),
    lengthField(4, configMessage()),
    lengthField(5, 'grpc'),
  ]);
}
