import { element } from '../page/elements.ts';
import { changedFrom, type Settings, settingsFrom } from '../page/fields.ts';
import { SettingsForm } from '../page/settings-form.ts';
import { pictureFields } from './fields.ts';
import { LanePanel } from './lane-panel.ts';
import { type DrawAnswer, type DrawRequest, type LaneName, lanes } from './messages.ts';

const names = Object.keys(lanes) as LaneName[];

/** Clothes by the shipped networks: few calls beside many. */
export class PicturesView {
  readonly root: HTMLElement;
  readonly #panels = new Map(names.map((name) => [name, new LanePanel(lanes[name].title)]));
  readonly #state = element('p', { class: 'state', role: 'status' });
  readonly #form: SettingsForm;
  #settings: Settings<typeof pictureFields>;
  #worker: Worker | undefined;

  /** @param changed told when what the address has to say is another. */
  constructor(
    chosen: URLSearchParams,
    readonly changed: (chosen: URLSearchParams) => void,
  ) {
    this.#settings = settingsFrom(pictureFields, (name) => chosen.get(name));
    this.#form = new SettingsForm(pictureFields, {
      ...{ title: 'Pictures', id: 'pictures' },
      onChoice: (name, value) => {
        this.#settings = { ...this.#settings, [name]: value };
        this.#draw();
      },
    });
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
    );
    const panels = [...this.#panels.values()].map((panel) => panel.root);
    const runs = element('div', { class: 'runs' }, this.#state, ...panels);
    this.root = element('div', { class: 'view' }, bar, runs, element('div', { class: 'controls' }, this.#form.root));
    this.#draw();
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #draw(): void {
    const chosen = names.filter((name) => this.#settings[name] === 'on');
    this.#panels.forEach((panel, name) => panel.begin(chosen.includes(name)));
    this.#form.show(this.#settings);
    this.changed(new URLSearchParams(changedFrom(pictureFields, this.#settings)));
    this.#worker ??= this.#started();
    const { pseed: seed, count } = this.#settings;
    this.#worker.postMessage({ lanes: chosen, seed, count } satisfies DrawRequest);
  }

  #started(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'lab-pictures' });
    worker.onmessage = ({ data }: MessageEvent<DrawAnswer>) => this.#answered(data);
    worker.onerror = ({ message }) => {
      this.end();
      this.#answered({ type: 'failed', message: `the worker ended${message ? `: ${message}` : ''}` });
    };
    return worker;
  }

  #answered(answer: DrawAnswer): void {
    if (answer.type === 'ready') this.#state.textContent = answer.backend;
    else if (answer.type === 'failed')
      this.#state.textContent = `It failed: ${answer.message}. “Draw again” starts it again.`;
    else void this.#panels.get(answer.lane)!.tell(answer);
  }
}
