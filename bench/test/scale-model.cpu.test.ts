import { describe, expect, it } from 'vitest';
import type { NetworkSize, ProcessesResults } from '../processes-results.ts';
import { scaleFigures } from '../scale-docs.ts';
import { efficiency, linkOf, ringSeconds } from '../scale-model.ts';

const network: NetworkSize = { name: 'n', parameters: 1e6, multiplications: 1e9, draws: 1000, batch: 10 };
const link = { bandwidth: 1e9, latency: 1e-3 };
const speed = 1e10; // a step computes for a second

describe('the model of cost', () => {
  it('sums over a ring: 2 (P − 1) messages of a P-th part', () => {
    expect(ringSeconds(1e6, 1, link)).toBe(0);
    expect(ringSeconds(1e6, 2, link)).toBeCloseTo(2 * (1e-3 + 2e6 / 1e9), 12);
    expect(ringSeconds(1e6, 1000, link)).toBeCloseTo(1998 * (1e-3 + 4e-6), 12);
    expect(ringSeconds(1e6, 2, link, 2)).toBeCloseTo(2 * (1e-3 + 1e6 / 1e9), 12);
  });

  it('finds the link again in sums that it made', () => {
    const sums = [1000, 1e5, 1e7].map((floats) => ({
      ...{ ranks: 2, floats, milliseconds: 1000 * ringSeconds(floats, 2, link) },
    }));
    const found = linkOf({ sums });
    expect(found.bandwidth / link.bandwidth).toBeCloseTo(1, 3);
    expect(found.latency / link.latency).toBeCloseTo(1, 2);
  });

  it('is efficient alone, loses by sums, and hides sums under the computation', () => {
    expect(efficiency(network, 1, { link, speed })).toBe(1);
    const sums = ringSeconds(1e6, 8, link);
    expect(efficiency(network, 8, { link, speed })).toBeCloseTo(1 / (1 + sums), 12);
    expect(efficiency(network, 8, { link, speed, overlap: 0.5 })).toBe(1);
  });
});

it('the figures name what was measured, what is published and what is assumed', () => {
  const sums = [2, 3].flatMap((ranks) =>
    [1000, 2_000_000].map((floats) => ({ ranks, floats, milliseconds: 1000 * ringSeconds(floats, ranks, link) })),
  );
  const round = { one: 1, many: 1.05, oneProcessor: 2, manyProcessor: 2.02, share: 0.04 };
  const results: ProcessesResults = {
    ...{ machine: 'a machine', commit: 'abc', sums, steps: [{ batch: 8, milliseconds: 400 }], drawNanoseconds: 20 },
    overlap: {
      commit: 'abd',
      processes: 2,
      batch: 64,
      floats: 1_000_000,
      rounds: [{ alone: 700, after: 750, beside: 735 }],
    },
    ...{ together: { processes: 2, batch: 64, rounds: [round] }, networks: [network, { ...network, name: 'm' }] },
  };
  const text = scaleFigures(results);
  for (const part of [
    '**Measured**: a machine, commit abc. The machine did nothing else.',
    '| 4 kB     | 2.0 ms      | 4.0 ms      |',
    '| 8     | 400 ms | 50.00 ms   |',
    '1.05 times that of one process (1.05 to 1.05)',
    'the sums take 4.0 % of a step',
    'takes 700 ms, with a sum of 4.0 MB after it 750 ms, and with the sum beside all of it 735 ms. That saves 2.0 % of a step,',
    'Published: an A100 does 156 TFLOPS',
    'Assumed: a quarter of the TFLOPS',
  ])
    expect(text).toContain(part);
  expect(text.match(/\| n {7}\|/g)).toHaveLength(4); // the sizes, and three ways to train
});
