import { element } from '../page/elements.ts';
import { changedFrom, type Field, type Settings, settingsFrom } from '../page/fields.ts';
import { NumberList } from '../page/number-list.ts';
import { SettingsForm } from '../page/settings-form.ts';
import { ClassButtons } from './class-buttons.ts';
import { labelOf } from './classes.ts';
import { pictureFields } from './fields.ts';
import { LanePanel } from './lane-panel.ts';
import { laneNames, lanes, titleOf } from './lanes.ts';
import type { DrawAnswer, LaneAnswer, Task } from './messages.ts';
import { PaintBoard } from './paint-board.ts';
import {
  emptyPainting,
  maskOf,
  painted,
  type Painting,
  paintingFromText,
  paintingToText,
  type Pixel,
  SIDE,
  strokesOf,
  type Tone,
} from './painting.ts';
import { PicturesWorkerClient } from './pictures-worker-client.ts';
import { callsOf, shownOf } from './shown-guesses.ts';

type PictureSettings = Settings<typeof pictureFields>;

/** After this many milliseconds of rest what was painted, or moved on a slider, is drawn. */
const REST = 150;

/** Losses of the device after which the processor is asked, if nothing could be drawn in between. */
const MOST_LOSSES = 2;

const numbers = {
  tensors: 'Tensors, memory',
  isolated: 'Page',
  calls: 'Time of a call',
  backend: 'Backend',
};

/** All but the class, which has buttons. */
const formFields = Object.fromEntries(Object.entries<Field>(pictureFields).filter(([name]) => name !== 'class'));

const tones: Readonly<Record<PictureSettings['tone'], Tone>> = { none: 0, dark: 1, light: 2, white: 3 };

/** Clothes by the shipped networks: few calls beside many. */
export class PicturesView {
  readonly root: HTMLElement;
  readonly #panels = new Map(laneNames.map((name) => [name, new LanePanel(titleOf(name))]));
  readonly #board: PaintBoard;
  readonly #numbers = new NumberList(numbers);
  readonly #state = element('p', { class: 'state', role: 'status' });
  readonly #form: SettingsForm;
  readonly #classButtons: ClassButtons;
  readonly #client = new PicturesWorkerClient((answer) => this.#answered(answer));
  /** Milliseconds of a call, by the titles of the lanes that draw. */
  #paces: Map<string, string> = new Map();
  #settings: PictureSettings;
  #painting: Painting;
  #base: Float32Array | undefined;
  #losses = 0;
  /** Whether what is drawn next lies on the way to the next seed. */
  #slid = false;
  #id = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed told when what the address has to say is another. */
  constructor(
    chosen: URLSearchParams,
    readonly changed: (chosen: URLSearchParams) => void,
  ) {
    this.#settings = settingsFrom(pictureFields, (name) => chosen.get(name));
    this.#painting = paintingFromText(chosen.get('painting') ?? '');
    const onChoice = (name: string, value: string | number) => {
      this.#settings = { ...this.#settings, [name]: value };
      this.#slid = name === 'between';
      if (name === 'tone' || name === 'size') this.#refresh();
      else this.#drawSoon(name === 'between' || name === 'share' ? REST : 0);
    };
    this.#form = new SettingsForm(formFields, { title: 'Pictures', id: 'pictures', onChoice });
    this.#classButtons = new ClassButtons((name) => onChoice('class', name));
    this.#board = new PaintBoard(
      (pixels) => this.#paint(pixels),
      () => {
        this.#painting = emptyPainting();
        this.#draw();
      },
    );
    this.root = this.#layout();
    this.#numbers.set({ isolated: globalThis.crossOriginIsolated ? 'isolated: threads can be used' : 'not isolated' });
    this.#draw();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#client.end();
  }

  #layout(): HTMLElement {
    const button = (text: string, onclick: () => void) => element('button', { type: 'button', onclick }, text);
    const another = button('Others', () => {
      this.#settings = { ...this.#settings, pseed: (this.#settings.pseed + 1) % 2 ** 32 };
      this.#draw();
    });
    another.className = 'primary';
    const bar = element(
      'div',
      { class: 'bar', role: 'group', 'aria-label': 'Drawing' },
      another,
      button('Draw again', () => this.#draw()),
      this.#classButtons.root,
    );
    const panels = [...this.#panels.values()].map((panel) => panel.root);
    const lens = element('section', { class: 'run', 'aria-label': 'What it takes' }, this.#numbers.root);
    const race = element('div', { class: 'race' }, ...panels);
    const runs = element('div', { class: 'runs' }, this.#state, this.#board.root, race, lens);
    return element('div', { class: 'view' }, bar, runs, element('div', { class: 'controls' }, this.#form.root));
  }

  #paint(pixels: readonly Pixel[]): void {
    const { edit, tone, size } = this.#settings;
    for (const pixel of pixels)
      this.#painting = painted(this.#painting, pixel, edit === 'fill' ? 3 : tones[tone], size);
    this.#refresh();
    this.#drawSoon(REST);
  }

  #drawSoon(rest: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), rest);
    this.#id++; // what is still being drawn is not shown
    this.#panels.forEach((panel) => panel.wait());
    this.#refresh();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#refresh();
    const chosen = laneNames.filter((name) => this.#settings[name] === 'on');
    const { pseed: seed, count, backend } = this.#settings;
    const task = this.#task();
    this.#panels.forEach((panel, name) =>
      panel.begin({
        ...{ shown: chosen.includes(name), count, slid: this.#slid },
        guesses: shownOf(callsOf(name, task)),
      }),
    );
    this.#slid = false;
    this.#paces = new Map(chosen.map((name) => [titleOf(name), '–']));
    this.#showPaces();
    this.#id++;
    const label = labelOf(this.#settings.class);
    this.#client.ask({ id: this.#id, lanes: chosen, seed, count, label, task }, backend);
  }

  #task(): Task {
    const { edit, between, share, resamplings } = this.#settings;
    if (edit === 'strokes') return { type: 'strokes', painted: strokesOf(this.#painting), share };
    if (edit === 'fill') return { type: 'fill', mask: maskOf(this.#painting).map((hidden) => 1 - hidden), resamplings };
    return { type: 'draw', between };
  }

  /** Controls, board and address as what is chosen has them. */
  #refresh(): void {
    this.#form.show(this.#settings);
    const told = laneNames.some((name) => this.#settings[name] === 'on' && lanes[name].told);
    this.#classButtons.show(this.#settings.class, told);
    const { edit } = this.#settings;
    this.#board.root.hidden = edit === 'none';
    this.#board.show(this.#painting, edit === 'fill' ? this.#base : undefined);
    const painting = paintingToText(this.#painting);
    this.changed(
      new URLSearchParams([
        ...changedFrom(pictureFields, this.#settings),
        ...(painting === '' ? [] : [['painting', painting]]),
      ]),
    );
  }

  #answered(answer: DrawAnswer): void {
    if ('id' in answer && answer.id !== this.#id) return;
    if (answer.type === 'ready') this.#numbers.set({ backend: answer.backend });
    else if (answer.type === 'base') {
      this.#base = answer.images.data.slice(0, SIDE * SIDE);
      this.#refresh();
    } else if (answer.type === 'lost') this.#recover(answer.message);
    else if (answer.type === 'failed')
      this.#state.textContent = `It failed: ${answer.message}. “Draw again” starts it again.`;
    else this.#showLane(answer);
  }

  #showLane(answer: LaneAnswer): void {
    void this.#panels.get(answer.lane)!.tell(answer);
    if (answer.type === 'loading') return;
    this.#state.textContent = '';
    this.#paces.set(titleOf(answer.lane), (answer.milliseconds / answer.calls).toFixed(0));
    this.#showPaces();
    if (answer.type !== 'drawn') return;
    this.#losses = 0;
    const { tensors, bytes } = answer.usage;
    this.#numbers.set({ tensors: `${tensors}, ${(bytes / 1e6).toFixed(1)} MB` });
  }

  #showPaces(): void {
    this.#numbers.set({ calls: [...this.#paces].map(([title, pace]) => `${title}: ${pace} ms`).join('; ') });
  }

  /** Draws again on a new device; on the processor where that goes, too. */
  #recover(message: string): void {
    this.#losses++;
    if (this.#losses >= MOST_LOSSES) this.#settings = { ...this.#settings, backend: 'wasm' };
    this.#draw();
    const how = this.#losses >= MOST_LOSSES ? 'on the processor' : 'on a new one';
    this.#state.textContent = `The graphics device was lost${message && ` (${message})`}; it is drawn again ${how}.`;
  }
}
