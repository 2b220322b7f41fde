import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runPresets } from '../src/presets/presets.ts';
import { describeSettings, settingsSchemaFile } from '../src/run/describe-settings.ts';
import { asRunConfig } from '../src/run/run-config.ts';
import { withSchema } from '../src/run/with-schema.ts';
import { resolveConfig } from '../src/train/resolve-config.ts';

const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(settingsSchemaFile, 'utf8')) as object);
const accepts = (value: unknown): boolean => validate(value);
const resolved = async (preset: string) =>
  (
    await resolveConfig({
      preset,
      set: [
        ...(preset.startsWith('image') ? ['data.folder=photos'] : []),
        ...(preset.endsWith('distil') ? ['teacher=runs/teacher'] : []),
      ],
    })
  ).config;

/** A copy with another value at a path. */
const changed = (value: unknown, [key, ...rest]: readonly string[], to: unknown): object => {
  const own = (value as Record<string, unknown>)[key];
  return { ...(value as object), [key]: rest.length === 0 ? to : changed(own, rest, to) };
};

/** The paths of all objects in a value. */
const objectsIn = (value: unknown, path: string[] = []): string[][] =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? []
    : [path, ...Object.entries(value).flatMap(([key, part]) => objectsIn(part, [...path, key]))];

describe.each(Object.keys(runPresets))('the description for editors and the settings of %s', (preset) => {
  it('go together', async () => {
    const config = await resolved(preset);
    expect(accepts(withSchema(config, 'runs/mine')), JSON.stringify(validate.errors)).toBe(true);
  });

  it('do not when a key of any object is wrong, and neither does the program', async () => {
    const config = await resolved(preset);
    for (const path of objectsIn(config)) {
      const wrong = changed(config, [...path, 'bacth'], 1);
      expect(accepts(wrong), path.join('.')).toBe(false);
      expect(() => asRunConfig(wrong)).toThrow(/bacth is unknown/);
    }
  });

  it('agree about any number anywhere', async () => {
    const config = await resolved(preset);
    const paths = describeSettings(config.task)
      .map(({ path }) => path.split('.'))
      .filter((path) => path[0] !== 'task' && objectsIn(config).some((at) => at.join() === path.slice(0, -1).join()));
    const value = fc.oneof(
      fc.integer({ min: -3, max: 40 }),
      fc.double(),
      fc.constantFrom(true, 'uniform', 2 ** 15, 1e10),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, to) => {
        const json = JSON.parse(JSON.stringify(changed(config, path, to))) as object;
        const problem = problemOf(json);
        // what must fit together is for the program alone
        if (problem === undefined) expect(accepts(json), path.join('.')).toBe(true);
        else if (
          !/; (it is|it must divide|it must be (more|less) than|it needs|that needs|the \w+ critic|heads is)|describes/.test(
            problem,
          )
        )
          expect(accepts(json), problem).toBe(to === null || json === null);
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

const problemOf = (json: object): string | undefined => {
  try {
    asRunConfig(json);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it.each([
  [{ preset: 'gaussians25-ddgan', training: { batch: 64, r1: null } }],
  [{ $schema: 'x.json', networks: { generator: 'fashion-mnist-small/generator' } }],
  [{ task: 'ddgan', training: { loss: { name: 'gan', relativistic: true } } }],
])('a file may hold a part of the settings: %j', (file) => {
  expect(accepts(file)).toBe(true);
});

it.each([
  [{ task: 'ddgan', training: { batch: 0 } }],
  [{ task: 'ddpm', training: { loss: 'gan' } }],
  [{ networks: { generator: 'fashion/generator' } }],
  [{ trainign: {} }],
  [[]],
])('what is wrong is marked: %j', (file) => {
  expect(accepts(file)).toBe(false);
});

it('every setting says what it is for', () => {
  const silent = describeSettings().filter(({ about }) => /^(\[.*?\] )?It is/.test(about));
  const perNetwork =
    /learningRate\.(generator|critic|denoiser|gamma|fake)$|LearningRate\.(generator|critic|denoiser|gamma|fake)$/;
  expect([...new Set(silent.map(({ path }) => path))].filter((path) => !perNetwork.test(path))).toEqual([
    'training.loss.name',
  ]);
});
