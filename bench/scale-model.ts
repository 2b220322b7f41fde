import type { NetworkSize, ProcessesResults } from './processes-results.ts';

/** How numbers go from process to process. */
export interface Link {
  /** Bytes a second that a process sends. */
  bandwidth: number;
  /** Seconds that a message takes besides. */
  latency: number;
}

/** How a training is spread. */
export interface Spread {
  link: Link;
  /** Multiplications a second of an accelerator. */
  speed: number;
  /** Bytes of a number that is sent. @defaultValue 4 */
  bytes?: number;
  /** Share of the computation under which sums go on: those of late layers, while earlier ones are passed back through. @defaultValue 0 */
  overlap?: number;
}

/**
 * Seconds that a ring takes to sum `floats` numbers over `ranks` processes: 2 (P − 1) messages, each of a P-th part of the numbers.
 *
 * @see Patarasuk and Yuan: Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009
 */
export const ringSeconds = (floats: number, ranks: number, { bandwidth, latency }: Link, bytes = 4): number =>
  2 * (ranks - 1) * (latency + (bytes * floats) / ranks / bandwidth);

/** What the time of a step of one process is to that of a step of P, each with the same batch as that one. */
export function efficiency(
  { parameters, multiplications, batch }: NetworkSize,
  ranks: number,
  { link, speed, bytes, overlap = 0 }: Spread,
): number {
  const compute = (multiplications * batch) / speed;
  const sums = Math.max(0, ringSeconds(parameters, ranks, link, bytes) - overlap * compute);
  return compute / (compute + sums);
}

/** The link between two processes of a machine, by the smallest and the largest sum that were measured. */
export function linkOf({ sums }: Pick<ProcessesResults, 'sums'>): Link {
  const two = sums.filter(({ ranks }) => ranks === 2).sort((a, b) => a.floats - b.floats);
  const [small, large] = [two[0], two[two.length - 1]];
  const latency = small.milliseconds / 1000 / 2;
  return { latency, bandwidth: (4 * large.floats) / ((large.milliseconds - small.milliseconds) / 1000) };
}
