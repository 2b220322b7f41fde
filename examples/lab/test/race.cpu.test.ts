import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { race, type Runner } from '../src/pictures/race.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A chain of `steps` steps of some milliseconds each, which notes what it does. */
const runner = (name: string, { steps, takes }: { steps: number; takes: number }, log: string[]): Runner => ({
  step: () => {
    vi.advanceTimersByTime(takes);
    log.push(name);
    return Promise.resolve(--steps > 0);
  },
  end: () => Promise.resolve(void log.push(`end ${name}`)),
});

it('gives each its share of the time, and tells each what it alone has used', async () => {
  const log: string[] = [];
  const [slow, quick] = [runner('slow', { steps: 2, takes: 30 }, log), runner('quick', { steps: 5, takes: 10 }, log)];
  const clocks: [Runner, number][] = [];
  await race([slow, quick], (one, milliseconds) => Promise.resolve(void clocks.push([one, milliseconds])));
  expect(log.join(' ')).toBe('slow quick quick quick slow quick quick end slow end quick');
  expect(clocks.filter(([one]) => one === slow).map(([, spent]) => spent)).toEqual([30, 60]);
  expect(clocks.filter(([one]) => one === quick).map(([, spent]) => spent)).toEqual([10, 20, 30, 40, 50]);
});

it('ends all of them when one fails', async () => {
  const log: string[] = [];
  const broken: Runner = {
    ...runner('broken', { steps: 1, takes: 1 }, log),
    step: () => Promise.reject(new Error('no')),
  };
  const whole = runner('whole', { steps: 9, takes: 1 }, log);
  await expect(race([broken, whole], () => Promise.resolve())).rejects.toThrow('no');
  expect(log).toEqual(['end broken', 'end whole']);
});
