import { boolean, type Misfit, type ObjectOf, optional } from '@diffgan/config';
import { classCount } from './bounds.ts';

export const labelFields = {
  /** Number of classes, for a network that also takes a label `[B]` from 0 to `classes − 1`. @defaultValue none */
  classes: optional(classCount),
  /** Whether the label `classes` stands for no class, which guidance without a classifier needs. @defaultValue false */
  nullClass: optional(boolean()),
};

/** What a network says of the class labels that it takes. */
export interface LabelConfig extends ObjectOf<typeof labelFields> {}

/** How many labels a network knows, that for no class among them; undefined if it takes none. */
export const labelCount = ({ classes, nullClass = false }: LabelConfig): number | undefined =>
  classes === undefined ? undefined : classes + (nullClass ? 1 : 0);

/** The label for no class is one beside others. */
export const nullBesideClasses = ({ classes, nullClass }: LabelConfig): Misfit | undefined =>
  nullClass && classes === undefined
    ? { field: 'nullClass', problem: 'that needs classes, the number of the others' }
    : undefined;
