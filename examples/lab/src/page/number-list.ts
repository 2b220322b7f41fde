import { element, formula } from './elements.ts';

/** Numbers by name, none of them known at first. */
export class NumberList<Name extends string> {
  readonly root: HTMLElement;
  readonly #values = new Map<Name, HTMLElement>();

  /** @param names what they are called. */
  constructor(names: Readonly<Record<Name, string>>) {
    const rows = (Object.keys(names) as Name[]).map((id) => {
      const value = element('dd', { 'data-number': id }, '–');
      this.#values.set(id, value);
      return element('div', {}, element('dt', {}, formula(names[id])), value);
    });
    this.root = element('dl', { class: 'numbers' }, ...rows);
  }

  set(texts: Partial<Record<Name, string>>): void {
    for (const [id, text] of Object.entries(texts)) this.#values.get(id as Name)!.textContent = text as string;
  }
}
