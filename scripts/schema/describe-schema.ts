import type { AnySchema, ChoiceSchema, ObjectSchema } from '@diffgan/config';
import { samplingSchema, scheduleSchema } from '@diffgan/hub';
import { modelSchemas } from '@diffgan/unet';
import { dataSchema } from '../../packages/runs/src/run/data-config.ts';
import { recordsSchema } from '../../packages/runs/src/run/records-config.ts';
import type { DocumentedType } from './documented-type.ts';

export type JsonSchema = { [key: string]: unknown };

/** What several tasks share is said once. */
const names = new Map<AnySchema, string>([
  [dataSchema, 'data'],
  [recordsSchema, 'records'],
  [samplingSchema, 'sampling'],
  [scheduleSchema, 'schedule'],
  ...Object.entries(modelSchemas).map(([kind, schema]) => [schema, kind] as const),
]);

/** What valibot says of a schema of plain values or lists. */
interface Piece {
  type: string;
  requirement?: number;
  options?: readonly unknown[];
  item?: AnySchema;
  items?: readonly AnySchema[];
  wrapped?: AnySchema;
  pipe?: readonly Piece[];
}

const isObject = (schema: AnySchema): schema is ObjectSchema<Record<string, unknown>> => 'fields' in schema;
const isChoice = (schema: AnySchema): schema is ChoiceSchema<unknown> => 'choices' in schema;

/**
 * The JSON Schema of files that hold what a schema is for, or a part of it. So no key is required, and null may stand for one that may be
 * left out.
 *
 * @param type - of the values; its documentation becomes that of the keys.
 * @param presets - names that may stand for a network.
 */
export function describeSchema(root: AnySchema, type: DocumentedType, { presets }: { presets: readonly string[] }) {
  const definitions: Record<string, JsonSchema> = {};

  function describe(schema: AnySchema, type: DocumentedType | undefined): JsonSchema {
    const name = names.get(schema);
    if (name === undefined) return whole(schema, type);
    definitions[name] ??= whole(schema, type);
    return { $ref: `#/definitions/${name}` };
  }

  function whole(schema: AnySchema, type: DocumentedType | undefined): JsonSchema {
    if (isChoice(schema)) {
      const choices = [...new Set(schema.choices)];
      return { anyOf: choices.map((choice) => describe(choice, type)) };
    }
    if (isObject(schema)) return object(schema, type?.narrow(literalsOf(schema)));
    return plain(schema);
  }

  function object({ fields }: ObjectSchema<Record<string, unknown>>, type: DocumentedType | undefined): JsonSchema {
    const properties = Object.entries(fields).map(([key, field]): [string, JsonSchema] => {
      const optional = 'wrapped' in field;
      const schema = (optional ? field.wrapped : field) as AnySchema;
      const found = type?.property(key);
      const json = describe(schema, found?.type);
      const about = [found?.about, `It is ${schema.allowed}.`].filter(Boolean).join(' ');
      return [
        key,
        { description: about, ...(optional ? orNull(json) : json.$ref === undefined ? json : { anyOf: [json] }) },
      ];
    });
    const title = titleOf(literalsOf({ fields }));
    return {
      type: 'object',
      ...(title !== undefined && { title }),
      properties: Object.fromEntries(properties),
      additionalProperties: false,
    };
  }

  const { anyOf } = describe(root, type) as { anyOf: JsonSchema[] };
  for (const { properties } of anyOf as {
    properties: { networks: { properties: Record<string, { anyOf: JsonSchema[] }> } };
  }[])
    for (const network of Object.values(properties.networks.properties))
      network.anyOf.push({ type: 'string', enum: presets });
  return { anyOf, definitions };
}

/** The values of the keys that tell kinds of objects apart. */
function literalsOf({
  fields,
}: Pick<ObjectSchema<Record<string, unknown>>, 'fields'>): Record<string, readonly unknown[]> {
  const tags = ['task', 'kind', 'style', 'name', 'by'];
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const { options } = (Object.hasOwn(fields, tag) ? fields[tag] : {}) as unknown as Partial<Piece>;
      return options === undefined || fields[tag].type === 'optional' ? [] : [[tag, options] as const];
    }),
  );
}

/** `ddgan-generator, unet`; none where there are many. */
function titleOf(literals: Readonly<Record<string, readonly unknown[]>>): string | undefined {
  const few = Object.values(literals).filter((options) => options.length <= 3);
  return few.length === 0 ? undefined : few.map((options) => options.join(' or ')).join(', ');
}

const orNull = (json: JsonSchema): JsonSchema => {
  if (Array.isArray(json.anyOf)) return { ...json, anyOf: [...(json.anyOf as JsonSchema[]), { type: 'null' }] };
  if (typeof json.type !== 'string' || json.type === 'object') return { anyOf: [json, { type: 'null' }] };
  return {
    ...json,
    type: [json.type, 'null'],
    ...(Array.isArray(json.enum) && { enum: [...(json.enum as unknown[]), null] }),
  };
};

function plain(piece: Piece): JsonSchema {
  const pieces = piece.pipe ?? [piece];
  return Object.assign({}, ...pieces.map((each) => keyword(each, piece.type))) as JsonSchema;
}

/** What one check of a pipe says; `of` is the type of the value. */
function keyword({ type, requirement, options = [], item, items }: Piece, of: string): JsonSchema {
  switch (type) {
    case 'min_length':
      return { [of === 'array' ? 'minItems' : 'minLength']: requirement };
    case 'max_length':
      return { [of === 'array' ? 'maxItems' : 'maxLength']: requirement };
    case 'number':
    case 'string':
    case 'boolean':
    case 'integer':
    case 'null':
      return { type };
    case 'picklist':
      return { type: typeof options[0], enum: options };
    case 'array':
      return item !== undefined && 'allowed' in item ? { type: 'array', items: plain(item) } : { type: 'array' };
    case 'tuple':
      return { items: items?.map((each) => plain(each)), minItems: 2, maxItems: 2 };
    case 'min_value':
      return { minimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'gt_value':
      return { exclusiveMinimum: requirement };
    case 'lt_value':
      return { exclusiveMaximum: requirement };
    case 'multiple_of':
      return requirement === 1 ? {} : { multipleOf: requirement };
    default:
      return {};
  }
}
