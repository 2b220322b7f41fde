import { expect, test } from 'vitest';
import { scheduleNotes } from '../src/sample/schedule-notes.ts';

test.each([
  [
    'linear:4000',
    [/takes β from 0.0001 to 0.02; .*write linear:4000,scale=0.25/, /positions 0 … 3999; .*positions=1000/],
  ],
  ['cosine:4000', [/positions 0 … 3999; .*positions=1000/]],
  ['linear:20', [/write linear:20,scale=50/]],
  ['linear:4000,scale=0.25', [/positions=1000/]],
  ['linear:4000,scale=0.25,positions=1000', []],
  ['linear:1000', []],
  ['vp:4', []],
  ['nonsense', []],
])('%s', (text, wanted) => {
  const notes = scheduleNotes(text);
  expect(notes).toHaveLength(wanted.length);
  wanted.forEach((pattern, i) => expect(notes[i]).toMatch(pattern));
});

test('no schedule, no notes', () => expect(scheduleNotes(undefined)).toEqual([]));
