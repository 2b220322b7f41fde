import type { ChoiceField, Choices, NumberField } from './fields.ts';

/** What a field tells of itself: the formula that it changes as the paper writes it, the function that takes it, when it means something. */
type Tells = readonly [formula: string, api: string, when?: (chosen: Choices) => boolean];

/** A number in a range. */
export const number = (
  label: string,
  initial: number,
  [min, max, step]: readonly [min: number, max: number, step: number],
  ...[formula, api, when]: Tells
): NumberField => ({ kind: 'number', label, initial, min, max, step, formula, api, when });

/** A number in a range, on a slider. */
export const slider = (...made: Parameters<typeof number>): NumberField => ({ ...number(...made), slides: true });

/** A choice among names, of which the first is chosen unless told otherwise. */
export const choice = <const Options extends Readonly<Record<string, string>>>(
  label: string,
  options: Options,
  ...[formula, api, when]: Tells
) =>
  ({
    kind: 'choice',
    label,
    options,
    initial: Object.keys(options)[0],
    ...{ formula, api, when },
  }) satisfies ChoiceField;

/** Something that is on or off. */
export const toggle = (label: string, initial: 'on' | 'off', ...[formula, api, when]: Tells) =>
  ({
    kind: 'choice',
    label,
    options: { on: 'on', off: 'off' },
    ...{ initial, formula, api, when },
  }) satisfies ChoiceField;
