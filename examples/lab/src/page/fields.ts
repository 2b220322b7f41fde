/** What was chosen, by the names of the fields. */
export type Choices = Readonly<Record<string, string | number>>;

interface Common {
  readonly label: string;
  /** The formula that it changes, as the paper writes it. */
  readonly formula: string;
  /** The function that takes it: package and name. */
  readonly api: string;
  /** Whether it means something beside the other choices. */
  readonly when?: (chosen: Choices) => boolean;
}

/** A choice among names. */
export interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly options: Readonly<Record<string, string>>;
  readonly initial: string;
}

/** A number in a range. */
export interface NumberField extends Common {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly initial: number;
  /** Whether it is set on a slider, as there is something to be seen between two values. */
  readonly slides?: boolean;
}

/** Something that can be chosen. */
export type Field = ChoiceField | NumberField;

/** The choices of a list of fields. */
export type Settings<Fields extends Readonly<Record<string, Field>>> = {
  readonly [Name in keyof Fields]: Fields[Name] extends NumberField
    ? number
    : Fields[Name] extends { options: infer Options }
      ? keyof Options & string
      : never;
};

/** Settings by name from text, such as that of an address; what is missing or out of range is as it was at first. */
export function settingsFrom<Fields extends Readonly<Record<string, Field>>>(
  fields: Fields,
  text: (name: string) => string | null,
): Settings<Fields> {
  const entries = Object.entries<Field>(fields).map(([name, field]) => [name, valueFrom(field, text(name))]);
  return Object.fromEntries(entries) as Settings<Fields>;
}

function valueFrom(field: Field, text: string | null): string | number {
  if (field.kind === 'choice') return text !== null && Object.hasOwn(field.options, text) ? text : field.initial;
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return value >= field.min && value <= field.max ? value : field.initial;
}

/** What differs from the first choices, as text by name. */
export function changedFrom(
  fields: Readonly<Record<string, Field>>,
  settings: Choices,
): [name: string, text: string][] {
  return Object.entries(fields)
    .filter(([name, { initial }]) => settings[name] !== initial)
    .map(([name]) => [name, String(settings[name])]);
}
