import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clothesFields } from '../src/clothes/settings.ts';
import { changedFrom, type Field, settingsFrom } from '../src/page/fields.ts';
import { pictureFields } from '../src/pictures/fields.ts';
import { drawingFromText, drawingToText, withPoint } from '../src/points/drawing.ts';
import { lookFields } from '../src/points/look-fields.ts';
import { initialPoints, pointFields } from '../src/points/settings.ts';

const fields = Object.entries<Field>({ ...pointFields, ...lookFields, ...pictureFields, ...clothesFields });

it.each(fields.map(([name, { api }]) => [name, api]))('%s leads to %s, which its package exports', (_, api) => {
  const [home, member] = api.split('.');
  const exported = readFileSync(`packages/${home}/test/exports.txt`, 'utf8');
  expect(exported).toMatch(new RegExp(`\\b${member}\\b`));
});

it('has names of its own for every field, as an address has but one list', () => {
  expect(Object.keys(pointFields).filter((name) => name in lookFields)).toEqual([]);
});

it('reads again what it wrote, and takes nothing that is out of range', () => {
  const settings = { ...initialPoints, data: 'roll', T: 7, spread: 0.11 } as const;
  const written = new Map(changedFrom(pointFields, settings));
  expect([...written.keys()].sort()).toEqual(['T', 'data', 'spread']);
  expect(settingsFrom(pointFields, (name) => written.get(name) ?? null)).toEqual(settings);
  const wrong = { T: '9', data: 'toString', spread: '', batch: 'NaN', steps: '1e9' };
  expect(settingsFrom(pointFields, (name) => wrong[name as keyof typeof wrong] ?? null)).toEqual(initialPoints);
});

it('keeps a drawing as text', () => {
  const drawn = withPoint(withPoint([], [0.3, -1.19]), [-0.7, 0.02]);
  expect(drawingFromText(drawingToText(drawn))).toEqual(drawn);
  expect(withPoint(drawn, drawn[0])).toBe(drawn);
  expect(drawn[0]).toBeAllClose([0.3, -1.19], { rtol: 0, atol: 1.2 / 63 });
  expect([drawingFromText('abc'), drawingFromText('<>'), drawingFromText('')]).toEqual([[], [], []]);
});
