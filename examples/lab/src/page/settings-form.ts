import { element, formula } from './elements.ts';
import type { Choices, Field } from './fields.ts';

type Fields = Readonly<Record<string, Field>>;

/** Where the pages of the API lie. */
const api = (name: string): string => {
  const [, home, member] = /^(.*)\.(.*)$/.exec(name)!;
  return `../functions/_diffgan_${home}.${member}.html`;
};

/** The controls of a list of fields; tells of each choice. Fields that mean nothing beside the others are hidden. */
export class SettingsForm {
  readonly root: HTMLElement;
  readonly #rows = new Map<string, { row: HTMLElement; show: (value: string | number) => void }>();

  constructor(
    readonly fields: Fields,
    { title, id, onChoice }: { title: string; id: string; onChoice: (name: string, value: string | number) => void },
  ) {
    const rows = Object.entries(fields).map(([name, field]) => {
      const made = controlOf(field, `${id}-${name}`, (value) => onChoice(name, value));
      this.#rows.set(name, made);
      return made.row;
    });
    this.root = element('fieldset', { class: 'settings' }, element('legend', {}, title), ...rows);
  }

  show(settings: Choices): void {
    for (const [name, { row, show }] of this.#rows) {
      row.hidden = !(this.fields[name].when?.(settings) ?? true);
      show(settings[name]);
    }
  }
}

function controlOf(field: Field, id: string, onChoice: (value: string | number) => void) {
  const { control, show } = bareControlOf(field, id, onChoice);
  const help = element(
    'small',
    { id: `${id}-help` },
    formula(field.formula),
    ' ',
    element('a', { href: api(field.api), 'aria-label': `${field.label}: the function ${field.api}` }, field.api),
  );
  const row = element('div', { class: 'row' }, element('label', { for: id }, formula(field.label)), control, help);
  return { row, show };
}

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
  const control = element('input', { id, type: 'range', min, max, step, 'aria-describedby': `${id}-help` });
  control.oninput = () => onChoice(Number(control.value));
  return { control, show: (value: string | number) => void (control.value = String(value)) };
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
