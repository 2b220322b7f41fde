import { drawOnCanvas, type SampleArray } from '@diffgan/hub';
import { element, formula } from '../page/elements.ts';
import type { LaneAnswer } from './messages.ts';

/** One way to draw: the pictures as they are guessed now, and of the first of them the chain x_T → x_0 above the guesses x̂_0. */
export class LanePanel {
  readonly root: HTMLElement;
  readonly #pictures = element('canvas', {
    ...{ width: 115, height: 115, role: 'img', class: 'pictures', 'aria-label': 'Pictures' },
  });
  readonly #chain = element('div', {
    ...{ class: 'chain', role: 'img' },
    'aria-label': 'The first picture, step by step: its noisy states above, what is guessed of it below',
  });
  readonly #tells = element('p', { class: 'tells' });

  constructor(title: string) {
    this.root = element(
      'section',
      { class: 'run', 'aria-label': title },
      element('h2', {}, title),
      this.#pictures,
      this.#tells,
      element('p', {}, formula('The first, step by step: x_T → x_0 above, x̂_0 below')),
      this.#chain,
    );
  }

  /** Something else will be drawn. */
  wait(): void {
    this.root.ariaBusy = 'true';
  }

  /** Before anything is drawn. */
  begin(shown: boolean): void {
    this.wait();
    this.root.hidden = !shown;
    this.#tells.textContent = 'waiting';
    this.#chain.replaceChildren();
  }

  async tell(told: LaneAnswer): Promise<void> {
    if (told.type === 'loading') {
      const share = told.total === undefined ? '' : ` of ${(told.total / 1e6).toFixed(1)}`;
      this.#tells.textContent = `loading, ${(told.loaded / 1e6).toFixed(1)}${share} MB`;
      return;
    }
    const { type, calls, milliseconds, images } = told;
    const of = type === 'guess' ? ` of ${told.total}` : '';
    this.#tells.textContent = `${calls}${of} calls, ${Math.round(milliseconds)} ms${type === 'drawn' ? ': drawn' : ''}`;
    const column = element('div');
    this.#chain.append(column); // at once: drawing ends later, and in any order
    const first = firstOf(images);
    await drawOnCanvas(this.#pictures, images, { padding: 1 });
    column.append(...(type === 'guess' ? [await small(told.state), await small(first)] : [await small(first)]));
    if (type === 'drawn') this.root.ariaBusy = 'false';
  }
}

/** The first of some images. */
function firstOf({ data, shape }: SampleArray): SampleArray {
  const size = shape.slice(1).reduce((a, b) => a * b);
  return { data: data.slice(0, size), shape: [1, ...shape.slice(1)] };
}

async function small(image: SampleArray): Promise<HTMLCanvasElement> {
  const canvas = element('canvas');
  await drawOnCanvas(canvas, image, { padding: 0 });
  return canvas;
}
