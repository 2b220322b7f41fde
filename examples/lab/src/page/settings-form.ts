import { element, formula } from './elements.ts';
import type { Choices, Field } from './fields.ts';

type Fields = Readonly<Record<string, Field>>;

/** Where the pages of the API lie. */
const api = (name: string): string => {
  const [, home, member] = /^(.*)\.(.*)$/.exec(name)!;
  return `../functions/_diffgan_${home}.${member}.html`;
};

/**
 * The controls of a list of fields; tells of each choice. Fields that mean nothing beside the others are hidden. The controls are made in a
 * task of their own, as there are many.
 */
export class SettingsForm {
  readonly root: HTMLElement;
  readonly #rows = new Map<string, { row: HTMLElement; show: (value: string | number) => void }>();
  #settings: Choices | undefined;

  constructor(
    readonly fields: Fields,
    { title, id, onChoice }: { title: string; id: string; onChoice: (name: string, value: string | number) => void },
  ) {
    this.root = element('fieldset', { class: 'settings' }, element('legend', {}, title));
    setTimeout(() => {
      for (const [name, field] of Object.entries(fields))
        this.#rows.set(
          name,
          controlOf(field, `${id}-${name}`, (value) => onChoice(name, value)),
        );
      this.root.append(...[...this.#rows.values()].map(({ row }) => row));
      if (this.#settings) this.show(this.#settings);
    });
  }

  show(settings: Choices): void {
    this.#settings = settings;
    for (const [name, { row, show }] of this.#rows) {
      row.hidden = !(this.fields[name].when?.(settings) ?? true);
      show(settings[name]);
    }
  }
}

function controlOf(field: Field, id: string, onChoice: (value: string | number) => void) {
  const { control, show } = bareControlOf(field, id, onChoice);
  const label = element('label', { for: id }, formula(field.label));
  const row = element('div', { class: 'row' }, label, control, helpOf(field, id));
  return { row, show };
}

/** The formula that a field changes, and the function that takes it, for the control of an id. */
export const helpOf = ({ label, formula: text, api: name }: Field, id: string): HTMLElement =>
  element(
    'small',
    { id: `${id}-help` },
    formula(text),
    ' ',
    element('a', { href: api(name), 'aria-label': `${label}: the function ${name}` }, name),
  );

function bareControlOf(field: Field, id: string, onChoice: (value: string | number) => void) {
  if (field.kind === 'number') return field.slides ? sliderOf(field, id, onChoice) : numberOf(field, id, onChoice);
  return Object.hasOwn(field.options, 'on') ? switchOf(id, onChoice) : selectOf(field, id, onChoice);
}

function switchOf(id: string, onChoice: (value: string) => void) {
  const control = element('input', { id, type: 'checkbox', 'aria-describedby': `${id}-help` });
  control.onchange = () => onChoice(control.checked ? 'on' : 'off');
  return { control, show: (value: string | number) => void (control.checked = value === 'on') };
}

function selectOf(field: Extract<Field, { kind: 'choice' }>, id: string, onChoice: (value: string) => void) {
  const options = Object.entries(field.options).map(([value, text]) => element('option', { value }, text));
  const control = element('select', { id, 'aria-describedby': `${id}-help` }, ...options);
  control.onchange = () => onChoice(control.value);
  return { control, show: (value: string | number) => void (control.value = String(value)) };
}

function sliderOf(field: Extract<Field, { kind: 'number' }>, id: string, onChoice: (value: number) => void) {
  const { min, max, step } = field;
  const slider = element('input', { id, type: 'range', min, max, step, 'aria-describedby': `${id}-help` });
  const number = element('output', { for: id });
  const say = () => (number.textContent = Number(slider.value).toFixed(2));
  slider.oninput = () => {
    say();
    onChoice(Number(slider.value));
  };
  const show = (value: string | number) => {
    slider.value = String(value);
    say();
  };
  return { control: element('div', { class: 'slider' }, slider, number), show };
}

function numberOf(field: Extract<Field, { kind: 'number' }>, id: string, onChoice: (value: number) => void) {
  const { min, max, step } = field;
  const control = element('input', { id, type: 'number', min, max, step: 'any', 'aria-describedby': `${id}-help` });
  control.step = String(step);
  control.onchange = () => {
    const value = Number(control.value);
    const valid = control.value !== '' && value >= min && value <= max && (step < 1 || Number.isInteger(value));
    control.setAttribute('aria-invalid', String(!valid));
    control.setCustomValidity(valid ? '' : `from ${min} to ${max}`);
    if (valid) onChoice(value);
    else control.reportValidity();
  };
  const show = (value: string | number) => {
    if (document.activeElement === control) return; // what is being typed stays
    control.value = String(value);
    control.setAttribute('aria-invalid', 'false');
  };
  return { control, show };
}
