import { drawOnCanvas, type SampleArray } from '@diffgan/hub';
import { element, formula } from '../page/elements.ts';
import type { DrawAnswer } from './messages.ts';

type Told = Extract<DrawAnswer, { lane: unknown }>;

/** One way to draw: the pictures as they are guessed now, and x̂_0 of the first of them at the steps before. */
export class LanePanel {
  readonly root: HTMLElement;
  readonly #pictures = element('canvas', {
    width: 116,
    height: 116,
    role: 'img',
    class: 'pictures',
    'aria-label': 'Pictures',
  });
  readonly #guesses = element('div', {
    class: 'guesses',
    role: 'img',
    'aria-label': 'Guesses of the first picture, step by step',
  });
  readonly #tells = element('p', { class: 'tells' });

  constructor(title: string) {
    this.root = element(
      'section',
      { class: 'run', 'aria-label': title },
      element('h2', {}, title),
      this.#pictures,
      this.#tells,
      element('p', {}, formula('x̂_0 of the first, step by step:')),
      this.#guesses,
    );
  }

  /** Before anything is drawn. */
  begin(shown: boolean): void {
    this.root.hidden = !shown;
    this.#tells.textContent = 'waiting';
    this.#guesses.replaceChildren();
  }

  async tell(told: Told): Promise<void> {
    if (told.type === 'loading') {
      const share = told.total === undefined ? '' : ` of ${(told.total / 1e6).toFixed(1)}`;
      this.#tells.textContent = `loading, ${(told.loaded / 1e6).toFixed(1)}${share} MB`;
      return;
    }
    const { type, calls, milliseconds, images } = told;
    const of = type === 'guess' ? ` of ${told.total}` : '';
    this.#tells.textContent = `${calls}${of} calls, ${Math.round(milliseconds)} ms${type === 'drawn' ? ': drawn' : ''}`;
    await drawOnCanvas(this.#pictures, images, { padding: 1, scale: 3 });
    if (type === 'guess') this.#guesses.append(await small(images));
  }
}

/** The first of some images. */
async function small({ data, shape }: SampleArray): Promise<HTMLCanvasElement> {
  const size = shape.slice(1).reduce((a, b) => a * b);
  const canvas = element('canvas');
  await drawOnCanvas(canvas, { data: data.slice(0, size), shape: [1, ...shape.slice(1)] }, { padding: 0, scale: 2 });
  return canvas;
}
