import type { TrainEvent, WarningKind } from './train-event.ts';

/** Warnings of a trainer with what helps. Each comes once, and again only after things were well in between. */
export class Warnings<Kind extends WarningKind> {
  readonly #told = new Set<Kind>();

  constructor(readonly remedies: Readonly<Record<Kind, string>>) {}

  /** The warning, where something is wrong and has not been told yet. */
  of(step: number, kind: Kind, wrong: boolean, describe: () => string): TrainEvent[] {
    if (!wrong) this.#told.delete(kind);
    if (!wrong || this.#told.has(kind)) return [];
    this.#told.add(kind);
    return [{ type: 'warning', step, kind, message: `${describe()}. ${this.remedies[kind]}` }];
  }
}
