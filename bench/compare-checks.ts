import type { Precision } from '@diffgan/runtime';
import type { CheckResult } from './protocol.ts';
import { largestDifference } from './statistics.ts';

/** What {@link compareChecks} finds, as a part of an agreement. */
export interface Compared {
  output?: number;
  gradient?: number;
  losses?: number;
  /** Why the two are not the same. */
  unavailable?: string;
}

/**
 * How far results that are to be the same may be apart, relative to the largest: numbers in bfloat16 have eight bits, and rounding, unlike
 * arithmetic, differs between two libraries.
 */
export const tolerances: Readonly<Record<Precision, number>> = { float32: 1e-4, bfloat16: 0.05 };

/**
 * How far each result is from the reference's, relative to the largest value, and whether that is too far.
 *
 * @param tolerance "the same network" in numbers: results that are further apart are not compared in speed.
 */
export function compareChecks(result: CheckResult, reference: CheckResult, tolerance = tolerances.float32): Compared {
  if ((result.parameters ?? reference.parameters) !== reference.parameters)
    return { unavailable: `it has ${result.parameters} parameters, not ${reference.parameters}` };
  const found: Record<string, number> = {};
  for (const what of ['output', 'gradient', 'losses'] as const) {
    const [ours, theirs] = [result[what], reference[what]];
    if (ours !== undefined && theirs !== undefined) found[what] = largestDifference(ours, theirs);
  }
  const off = Object.entries(found).filter(([, difference]) => !(difference <= tolerance));
  const list = off.map(([what, difference]) => `${what} by ${difference.toExponential(1)}`).join(', ');
  return { ...found, ...(off.length > 0 && { unavailable: `it differs from the reference: ${list}` }) };
}
