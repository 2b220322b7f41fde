import { element } from '../page/elements.ts';
import { helpOf } from '../page/settings-form.ts';
import { type ClassName, classNames } from './classes.ts';
import { pictureFields } from './fields.ts';

/** One button a class, of which one is chosen: a group of radio buttons, which the arrow keys go through. */
export class ClassButtons {
  readonly root: HTMLElement;
  readonly #buttons = new Map<string, HTMLInputElement>();

  constructor(onChoice: (name: ClassName) => void) {
    const buttons = Object.entries(classNames).flatMap(([name, text]) => {
      const id = `class-${name}`;
      const button = element('input', {
        type: 'radio',
        name: 'class',
        id,
        class: 'unseen',
        'aria-describedby': 'class-help',
      });
      button.onchange = () => onChoice(name as ClassName);
      this.#buttons.set(name, button);
      return [button, element('label', { for: id, class: 'button' }, text)];
    });
    const help = helpOf(pictureFields.class, 'class');
    this.root = element(
      'fieldset',
      { class: 'classes', hidden: true },
      element('legend', {}, 'Class'),
      ...buttons,
      help,
    );
  }

  /** @param told whether a network is told the class. */
  show(chosen: ClassName, told: boolean): void {
    this.#buttons.get(chosen)!.checked = true;
    this.root.hidden = !told;
  }
}
