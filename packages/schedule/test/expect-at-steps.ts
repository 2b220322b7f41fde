import { expect } from 'vitest';
import type { NoiseSchedule } from '@diffgan/schedule';
import { vector } from '../../../test/vectors.ts';

/** Compares the arrays of a schedule with a vector whose fields are numbers by step. */
export function expectAtSteps(schedule: NoiseSchedule, id: string): void {
  const { expected, float64 } = vector<Record<'beta' | 'alphaBar', Record<string, number>>>(id);
  for (const [field, values] of Object.entries(expected)) {
    const steps = Object.keys(values).map(Number);
    const actual = steps.map((t) => schedule[field as 'beta' | 'alphaBar'][t - 1]);
    expect(actual).toBeAllClose(Object.values(values), float64);
  }
}
