import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The description of files with settings, which `npm run build:schema` writes from `runSchema`, for editors and for help. */
export const settingsSchemaFile = join(
  dirname(createRequire(import.meta.url).resolve('@diffgan/runs/package.json')),
  'run.schema.json',
);

/** The part of JSON Schema that the file has. */
interface JsonSchema {
  $ref?: string;
  title?: string;
  description?: string;
  anyOf?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
}

/** A setting as help lists it. */
export interface Setting {
  /** Such as `training.batch`. */
  path: string;
  /** What it is for and what it may be. */
  about: string;
}

/** All settings of a task, or of all of them. */
export function describeSettings(task?: string): Setting[] {
  const file = JSON.parse(readFileSync(settingsSchemaFile, 'utf8')) as JsonSchema & {
    definitions: Readonly<Record<string, JsonSchema>>;
  };
  const resolved = (schema: JsonSchema): JsonSchema =>
    schema.$ref === undefined ? schema : file.definitions[schema.$ref.slice('#/definitions/'.length)];
  const below = (given: JsonSchema, path: string): Setting[] => {
    const { properties = {}, anyOf = [] } = resolved(given);
    const own = Object.entries(properties).flatMap(([name, schema]): Setting[] => {
      const at = path === '' ? name : `${path}.${name}`;
      return [{ path: at, about: schema.description ?? '' }, ...below(schema, at)];
    });
    const ofKinds = anyOf.flatMap((kind) => {
      const { title } = resolved(kind);
      return below(kind, path).map((setting) =>
        title === undefined ? setting : { ...setting, about: `[${title}] ${setting.about}` },
      );
    });
    return [...own, ...ofKinds];
  };
  return (file.anyOf ?? [])
    .filter(({ title }) => task === undefined || title === task)
    .flatMap((run) => below(run, ''));
}
