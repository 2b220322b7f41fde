import { describe, expect, it, vi } from 'vitest';
import { gpuTable } from '../gpu/gpu-table.ts';
import { Absent, type Part, runParts } from '../gpu/run-parts.ts';

const part = (name: string, run: Part['run'], weight = 1): Part => ({ name, weight, run });
const silent = { signal: new AbortController().signal, onFinding: () => {} };

describe('runParts', () => {
  it('goes on after what fails and what is absent, and keeps what each found', async () => {
    const told: number[] = [];
    const findings = await runParts(
      [
        part('a', async (facts) => {
          facts.found = 'half';
          await Promise.reject(new Error('broke'));
        }),
        part('b', () => Promise.reject(new Absent('no card'))),
        part('c', (facts) => Promise.resolve(void (facts.found = 'all'))),
      ],
      { ...silent, seconds: 60, onFinding: (found) => told.push(found.length) },
    );
    expect(findings).toMatchObject([
      { name: 'a', verdict: 'failed', why: 'broke', facts: { found: 'half' } },
      { name: 'b', verdict: 'absent', why: 'no card' },
      { name: 'c', verdict: 'passed', facts: { found: 'all' } },
    ]);
    expect(told).toEqual([1, 2, 3]);
  });

  it('ends a part at its share of the time, and leaves behind one that does not heed its signal', async () => {
    const heard = vi.fn();
    const findings = await runParts(
      [
        part('hangs', (facts, signal) => {
          facts.found = 'something';
          signal.addEventListener('abort', heard);
          return new Promise(() => {});
        }),
        part('next', () => Promise.resolve(), 3),
      ],
      { ...silent, seconds: 0.4 },
    );
    expect(heard).toHaveBeenCalledOnce();
    expect(findings).toMatchObject([
      { verdict: 'cut short', why: 'not done in 0 s', facts: { found: 'something' } },
      { verdict: 'passed' },
    ]);
  });

  it('gives the parts that follow what one has not needed', async () => {
    const limits = (
      await runParts([part('a', () => Promise.resolve()), part('b', () => Promise.resolve())], {
        ...silent,
        seconds: 100,
      })
    ).map(({ limit }) => limit);
    expect(limits).toEqual([50, 100]);
  });

  it('reaches nothing more once interrupted', async () => {
    const controller = new AbortController();
    const never = vi.fn();
    const findings = await runParts(
      [
        part('a', () => {
          controller.abort(new Error('interrupted'));
          return new Promise(() => {});
        }),
        part('b', never),
      ],
      { ...silent, seconds: 60, signal: controller.signal },
    );
    expect(findings).toMatchObject([
      { verdict: 'cut short', why: 'interrupted' },
      { verdict: 'not reached', why: 'interrupted' },
    ]);
    expect(never).not.toHaveBeenCalled();
  });
});

describe('gpuTable', () => {
  const made = { seconds: 1.2, limit: 20, verdict: 'passed' } as const;
  const times = { 'forward, batch 1': { webgpu: [2, 4], pytorch: [4, 4] }, 'forward, batch 16': { webgpu: [8] } };
  const text = gpuTable([
    { ...made, name: 'machine', facts: { found: 'a | b' } },
    { ...made, name: 'WebGPU', verdict: 'failed', why: 'lost', facts: {} },
    { ...made, name: 'speed', facts: { times } },
  ]);

  it('has a line for each part', () => {
    expect(text).toMatch(/\| machine +\| passed +\| 1 of 20 +\| a \\\| b +\|/);
    expect(text).toMatch(/\| WebGPU +\| failed +\| 1 of 20 +\| lost +\|/);
  });

  it('divides by the times of PyTorch where there are some', () => {
    expect(text).toMatch(/\| forward, batch 1 +\| 3\.00 \*\*0\.75\*\* +\| 4\.00 +\|/);
    expect(text).toMatch(/\| forward, batch 16 +\| 8\.00 +\| – +\|/);
  });
});
