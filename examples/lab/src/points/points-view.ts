import { element } from '../page/elements.ts';
import { changedFrom, type Settings, settingsFrom } from '../page/fields.ts';
import { SettingsForm } from '../page/settings-form.ts';
import { onTheme } from '../page/theme.ts';
import { drawingFromText, drawingToText, withPoint } from './drawing.ts';
import { lookFields, type LookSettings, speeds } from './look-fields.ts';
import type { Place } from './messages.ts';
import { RunPanel } from './run-panel.ts';
import { pointFields, type PointSettings } from './settings.ts';

/** Of the second training the names begin with this in the address. */
const SECOND = 'b.';
const WAIT = 120;

/** Trains on points of the plane: controls, and one training or two side by side. */
export class PointsView {
  readonly root: HTMLElement;
  /** Of the first training, and of the second once it was wanted. */
  readonly #panels: RunPanel[] = [];
  readonly #forms: SettingsForm[] = [];
  readonly #lookForm: SettingsForm;
  readonly #runs = element('div', { class: 'runs' });
  readonly #controls = element('div', { class: 'controls' });
  readonly #play = element('button', { type: 'button', class: 'primary' }, 'Play');
  readonly #erase = element('button', { type: 'button' }, 'Erase the drawing');
  #settings: [PointSettings, PointSettings];
  #look: LookSettings;
  #drawn: readonly Place[];
  #playing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed told when what the address has to say is another. */
  constructor(
    chosen: URLSearchParams,
    readonly changed: (chosen: URLSearchParams) => void,
  ) {
    this.#look = settingsFrom(lookFields, (name) => chosen.get(name));
    const first = settingsFrom(pointFields, (name) => chosen.get(name));
    const second = settingsFrom(pointFields, (name) => chosen.get(SECOND + name) ?? chosen.get(name));
    this.#settings = [first, second];
    this.#drawn = drawingFromText(chosen.get('points') ?? '');
    this.#addTraining(); // first, as its controls stand above the others
    this.#lookForm = new SettingsForm(lookFields, {
      ...{ title: 'The run', id: 'look' },
      onChoice: (name, value) => this.#chooseLook({ ...this.#look, [name]: value }),
    });
    this.#lookForm.show(this.#look);
    this.#controls.append(this.#lookForm.root);
    this.root = this.#layout();
    onTheme(() =>
      this.#panels.forEach((panel) => {
        panel.redrawChart();
        panel.paint();
      }),
    );
    this.#timer = setTimeout(() => this.#begin()); // when what is there has been shown
  }

  /** Stops and frees what runs. */
  end(): void {
    clearTimeout(this.#timer);
    this.#panels.forEach((panel) => panel.end());
  }

  /** Makes the controls and the panel of the first training, or of the second. */
  #addTraining(): void {
    const which = this.#forms.length === 0 ? 0 : 1;
    const form = new SettingsForm(pointFields, {
      ...{ title: which === 0 ? 'Training' : 'Second training', id: which === 0 ? 'a' : 'b' },
      onChoice: (name, value) => {
        const changed: PointSettings = { ...this.#settings[which], [name]: value };
        this.#settings = which === 0 ? [changed, this.#settings[1]] : [this.#settings[0], changed];
        this.#begin();
      },
    });
    const panel = new RunPanel(which === 0 ? 'Training' : 'Second training', {
      drawAt: (place) => {
        if (this.#settings.every(({ data }) => data !== 'drawn')) return;
        this.#drawn = withPoint(this.#drawn, place);
        this.#beginSoon();
      },
      lookAt: ([x, y]) => {
        const rounded = [x, y].map((place) => Math.round(20 * place) / 20);
        this.#chooseLook({ ...this.#look, x: rounded[0], y: rounded[1] });
      },
      ended: () => this.#pause(),
    });
    form.show(this.#settings[which]);
    if (which === 0) this.#controls.append(form.root);
    else this.#forms[0].root.after(form.root);
    this.#forms.push(form);
    this.#panels.push(panel);
    this.#runs.append(panel.root);
  }

  #layout(): HTMLElement {
    const button = (text: string, onclick: () => void) => element('button', { type: 'button', onclick }, text);
    this.#play.onclick = () => (this.#playing ? this.#pause() : this.#go());
    this.#erase.hidden = this.#settings.every(({ data }) => data !== 'drawn');
    this.#erase.onclick = () => {
      this.#drawn = [];
      this.#begin();
    };
    const bar = element(
      'div',
      { class: 'bar', role: 'group', 'aria-label': 'Training' },
      this.#play,
      button('One step', () => {
        this.#pause();
        this.#shownPanels().forEach((panel) => panel.ask({ type: 'step' }));
      }),
      button('Begin anew', () => this.#begin()),
      this.#erase,
    );
    return element('div', { class: 'view' }, bar, this.#runs, this.#controls);
  }

  #shownPanels(): RunPanel[] {
    return this.#look.compare === 'on' ? this.#panels : [this.#panels[0]];
  }

  #chooseLook(look: LookSettings): void {
    const before = this.#look;
    this.#look = look;
    if (look.compare !== before.compare && look.compare === 'on' && same(this.#settings))
      this.#settings = opposed(this.#settings[0]);
    if (look.seed !== before.seed || look.compare !== before.compare) return this.#begin();
    this.#refresh();
    if (look.speed !== before.speed && this.#playing) this.#go();
  }

  /** Once, when a drawing rests. */
  #beginSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), WAIT);
  }

  /** Starts what is shown anew; goes on by itself if it did. */
  #begin(): void {
    const two = this.#look.compare === 'on';
    if (two && this.#panels.length < 2) this.#addTraining();
    if (!two) this.#panels[1]?.end();
    for (const { root } of [...this.#panels.slice(1), ...this.#forms.slice(1)]) root.hidden = !two;
    const { seed } = this.#look;
    this.#shownPanels().forEach((panel, i) => panel.start({ settings: this.#settings[i], drawn: this.#drawn, seed }));
    this.#refresh();
    if (this.#playing) this.#go();
  }

  #go(): void {
    this.#playing = true;
    this.#play.textContent = 'Pause';
    const speed = speeds[this.#look.speed];
    this.#shownPanels().forEach((panel) => panel.ask({ type: 'play', speed }));
  }

  #pause(): void {
    this.#playing = false;
    this.#play.textContent = 'Play';
    this.#shownPanels().forEach((panel) => panel.ask({ type: 'pause' }));
  }

  /** Controls, planes and address as what is chosen has them. */
  #refresh(): void {
    this.#forms.forEach((form, i) => form.show(this.#settings[i]));
    this.#lookForm.show(this.#look);
    this.#shownPanels().forEach((panel) => panel.show(this.#look));
    this.#erase.hidden = this.#settings.every(({ data }) => data !== 'drawn');
    const [first, second] = this.#settings;
    const differing = (Object.keys(pointFields) as (keyof Settings<typeof pointFields>)[])
      .filter((name) => this.#look.compare === 'on' && second[name] !== first[name])
      .map((name) => [SECOND + name, String(second[name])]);
    const drawn = this.#drawn.length > 0 ? [['points', drawingToText(this.#drawn)]] : [];
    this.changed(
      new URLSearchParams([
        ...changedFrom(pointFields, first),
        ...changedFrom(lookFields, this.#look),
        ...differing,
        ...drawn,
      ]),
    );
  }
}

const same = ([first, second]: readonly [PointSettings, PointSettings]): boolean =>
  Object.entries(first).every(([name, value]) => second[name as keyof PointSettings] === value);

/** A training, and beside it the same with the one or the other game: what the steps are good for. */
const opposed = (first: PointSettings): [PointSettings, PointSettings] => [
  first,
  { ...first, model: first.model === 'gan' ? 'ddgan' : 'gan' },
];
