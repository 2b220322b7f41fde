import { drawOnCanvas } from '@diffgan/hub';
import { element } from '../page/elements.ts';
import { changedFrom, settingsFrom } from '../page/fields.ts';
import { LineChart } from '../page/line-chart.ts';
import { NumberList } from '../page/number-list.ts';
import { SettingsForm } from '../page/settings-form.ts';
import { onTheme } from '../page/theme.ts';
import type { ClothesAnswer, ClothesRequest } from './messages.ts';
import { clothesFields, type ClothesSettings } from './settings.ts';

const numbers = {
  step: 'Step',
  fid: 'FID-fashion',
  milliseconds: 'Time of a step',
  tensors: 'Tensors, memory',
  kept: 'Kept in this browser',
  backend: 'Backend',
};

const FILE_NAME = 'diffgan-clothes.safetensors';

/** Trains a small denoising diffusion GAN on clothes: pictures and their score as they come. */
export class ClothesView {
  readonly root: HTMLElement;
  readonly #train = element('button', { type: 'button', class: 'primary', onclick: () => this.#toggle() }, 'Train');
  readonly #save = element('button', { type: 'button', onclick: () => this.#ask({ type: 'save' }) }, 'Save the run');
  readonly #pictures = element('canvas', {
    ...{ width: 115, height: 115, role: 'img', class: 'pictures', 'aria-label': 'Samples of the running average' },
  });
  readonly #losses = new LineChart('Losses of the steps so far');
  readonly #scores = new LineChart('FID-fashion of the steps so far');
  readonly #numbers = new NumberList(numbers);
  readonly #state = element('p', { class: 'state', role: 'status' });
  readonly #form: SettingsForm;
  #settings: ClothesSettings;
  #worker: Worker | undefined;
  #runs = false;
  /** Whether there is a state to go on from. */
  #kept = false;

  /** @param changed told when what the address has to say is another. */
  constructor(
    chosen: URLSearchParams,
    readonly changed: (chosen: URLSearchParams) => void,
  ) {
    this.#settings = settingsFrom(clothesFields, (name) => chosen.get(name));
    this.#form = new SettingsForm(clothesFields, {
      ...{ title: 'Training', id: 'clothes' },
      onChoice: (name, value) => {
        this.#settings = { ...this.#settings, [name]: value };
        if (this.#runs) this.#begin(false);
        else this.#show({ kept: false });
      },
    });
    this.root = this.#layout();
    onTheme(() => [this.#losses, this.#scores].forEach((chart) => chart.redraw()));
    this.#worker = this.#started();
    this.#show({});
  }

  /** Stops and frees what runs; its last state that was written is kept. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #layout(): HTMLElement {
    const file = element('input', { type: 'file', accept: '.safetensors', id: 'clothes-file', class: 'unseen' });
    file.onchange = async () => {
      const [chosen] = file.files ?? [];
      if (chosen) this.#ask({ type: 'load', bytes: new Uint8Array(await chosen.arrayBuffer()) });
      file.value = '';
    };
    const anew = element('button', { type: 'button', onclick: () => this.#begin(false) }, 'Begin anew');
    const load = element('label', { for: 'clothes-file', class: 'button' }, 'Load a run');
    const bar = element(
      'div',
      { class: 'bar', role: 'group', 'aria-label': 'Training' },
      ...[this.#train, anew, this.#save, file, load],
    );
    const run = element(
      'section',
      { class: 'run', 'aria-label': 'Training' },
      ...[element('h2', {}, 'Samples'), this.#pictures, this.#state],
      ...[this.#numbers.root, this.#losses.root, this.#scores.root],
    );
    const runs = element('div', { class: 'runs' }, run);
    return element('div', { class: 'view' }, bar, runs, element('div', { class: 'controls' }, this.#form.root));
  }

  #toggle(): void {
    if (this.#runs) this.#ask({ type: 'stop' });
    else this.#begin(this.#kept);
  }

  #begin(resume: boolean): void {
    if (!resume) {
      [this.#losses, this.#scores].forEach((chart) => chart.clear());
      this.#numbers.set({ step: '–', fid: '–' });
    }
    this.#state.textContent = 'Begins …';
    this.#ask({ type: 'train', settings: this.#settings, resume });
    this.#show({ runs: true });
  }

  #ask(request: ClothesRequest): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(request);
  }

  #started(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'lab-clothes' });
    worker.onmessage = ({ data }: MessageEvent<ClothesAnswer>) => {
      if (worker === this.#worker) this.#answered(data);
    };
    worker.onerror = ({ message }) => {
      if (worker !== this.#worker) return;
      this.end();
      this.#answered({ type: 'failed', message: `the worker ended${message ? `: ${message}` : ''}` });
    };
    return worker;
  }

  /** Buttons, controls and address as things are. */
  #show({ runs = this.#runs, kept = this.#kept }: { runs?: boolean; kept?: boolean }): void {
    [this.#runs, this.#kept] = [runs, kept];
    this.#train.textContent = runs ? 'Stop' : kept ? 'Go on' : 'Train';
    this.#save.disabled = runs || !kept;
    this.#numbers.set({ kept: kept ? 'the state of a run' : 'nothing' });
    this.#form.show(this.#settings);
    this.changed(new URLSearchParams(changedFrom(clothesFields, this.#settings)));
  }

  #answered(answer: ClothesAnswer): void {
    switch (answer.type) {
      case 'ready':
        this.#numbers.set({ backend: answer.backend });
        return this.#show({ kept: this.#kept || answer.kept });
      case 'kept':
        return this.#show({ kept: true });
      case 'step':
        return this.#showStep(answer);
      case 'samples':
        return void drawOnCanvas(this.#pictures, answer.images, { padding: 1 });
      case 'fid':
        this.#scores.add(answer.step, { 'FID-fashion': answer.fid });
        return this.#numbers.set({ fid: `${answer.fid.toFixed(1)} at step ${answer.step}` });
      case 'saved':
        return download(answer.bytes);
      case 'stopped':
      case 'done':
      case 'failed':
      case 'loaded':
        this.#show({ runs: false, kept: answer.type !== 'failed' || this.#kept });
        break;
    }
    this.#state.textContent = textOf(answer);
  }

  #showStep({ step, milliseconds, losses, tensors, bytes }: Extract<ClothesAnswer, { type: 'step' }>): void {
    this.#losses.add(step, losses);
    this.#numbers.set({
      step: `${step} of ${this.#settings.steps}`,
      milliseconds: `${milliseconds.toFixed(0)} ms`,
      tensors: `${tensors}, ${(bytes / 1e6).toFixed(1)} MB`,
    });
    if (/^(Begins|Images)/.test(this.#state.textContent)) this.#state.textContent = '';
  }
}

/** What is said of the state of a training. */
function textOf(answer: ClothesAnswer): string {
  const texts: Partial<Record<ClothesAnswer['type'], string>> = {
    stopped: 'Stopped; “Go on” goes on from here, after a reload as well.',
    done: 'The run is over.',
    loaded: 'Loaded; “Go on” goes on from there, with the settings that it was saved with.',
  };
  if (answer.type === 'fetching') return `Images: ${(answer.loaded / 1e6).toFixed(1)} of ${megabytes(answer.total)} MB`;
  if (answer.type === 'resumed') return `Goes on from step ${answer.step}.`;
  if (answer.type === 'failed') return `It failed: ${answer.message}. “Begin anew” starts it again.`;
  if (answer.type === 'warning') return answer.message;
  return texts[answer.type] ?? '';
}

const megabytes = (bytes: number) => (bytes > 0 ? (bytes / 1e6).toFixed(1) : '?');

/** Hands a file to the visitor. */
function download(bytes: Uint8Array<ArrayBuffer>): void {
  const href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  element('a', { href, download: FILE_NAME }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
