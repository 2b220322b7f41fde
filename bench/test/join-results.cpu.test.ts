import { describe, expect, it } from 'vitest';
import { joinResults } from '../join-results.ts';
import type { Results } from '../results.ts';
import { madeUpResults } from './made-up-results.ts';

const part = (change: Partial<Results>): Results => ({
  ...madeUpResults,
  measurements: [],
  memory: [],
  runs: [],
  fid: [],
  games: [],
  ...change,
});

describe('joinResults', () => {
  it('puts the parts of one benchmark together', () => {
    const first = part({ command: 'a', measurements: madeUpResults.measurements });
    const second = part({
      command: 'b',
      memory: madeUpResults.memory,
      runs: madeUpResults.runs,
      fid: madeUpResults.fid,
      games: madeUpResults.games,
      warning: 'Busy.',
    });
    expect(joinResults([first, second])).toEqual({ ...madeUpResults, command: 'a; b', warning: 'Busy.' });
  });

  it('leaves one run as it is', () => expect(joinResults([madeUpResults])).toEqual(madeUpResults));

  it('names all commits', () =>
    expect(joinResults([part({ commit: 'a' }), part({ commit: 'b' }), part({ commit: 'a' })]).commit).toBe('a, b'));

  it('refuses parts of different machines', () =>
    expect(() => joinResults([part({}), part({ machine: 'other' })])).toThrow(/different machines, .* and other/));

  it('refuses what was measured twice', () =>
    expect(() => joinResults([madeUpResults, madeUpResults])).toThrow(/two runs measured forward, batch 64/));
});
