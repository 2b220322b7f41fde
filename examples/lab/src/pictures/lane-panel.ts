import { drawOnCanvas, type SampleArray } from '@diffgan/hub';
import { element, formula } from '../page/elements.ts';
import { movesLittle } from '../page/theme.ts';
import { ChainStrip } from './chain-strip.ts';
import type { LaneAnswer } from './messages.ts';
import { SIDE } from './painting.ts';

/** Clear pixels between pictures. */
const PADDING = 1;

/** One way to draw: the pictures as they are guessed now, and of the first of them the chain x_T → x_0 above the guesses x̂_0. */
export class LanePanel {
  readonly root: HTMLElement;
  readonly #pictures = element('canvas', { role: 'img', class: 'pictures', 'aria-label': 'Pictures' });
  readonly #chain = new ChainStrip();
  readonly #tells = element('p', { class: 'tells' });
  #columns = 1;
  #showsGuesses = true;

  constructor(title: string) {
    this.root = element(
      'section',
      { class: 'run', 'aria-label': title },
      element('h2', {}, title),
      this.#pictures,
      this.#tells,
      element('p', {}, formula('The first, step by step: x_T → x_0 above, x̂_0 below')),
      this.#chain.root,
    );
  }

  /** Something else will be drawn. */
  wait(): void {
    this.root.ariaBusy = 'true';
  }

  /** Before anything is drawn. */
  begin({ shown, count, guesses, slid }: Beginning): void {
    this.wait();
    this.root.hidden = !shown;
    if (!shown) return;
    this.#showsGuesses = !slid && !movesLittle();
    this.#tells.textContent = 'waiting';
    this.#columns = Math.ceil(Math.sqrt(count));
    const side = (pictures: number) => pictures * (SIDE + PADDING) - PADDING;
    this.#pictures.style.aspectRatio = `${side(this.#columns)} / ${side(Math.ceil(count / this.#columns))}`;
    this.#chain.begin(guesses);
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
    const first = firstOf(images);
    const added = type === 'guess' ? this.#chain.add(told.state, first) : this.#chain.add(first);
    if (type === 'drawn' || this.#showsGuesses)
      await drawOnCanvas(this.#pictures, images, { padding: PADDING, columns: this.#columns });
    await added;
    if (type === 'drawn') this.root.ariaBusy = 'false';
  }
}

/** What will be drawn in a lane. */
interface Beginning {
  /** Whether the lane draws at all. */
  readonly shown: boolean;
  readonly count: number;
  /** Guesses that come before the pictures. */
  readonly guesses: number;
  /** Whether the pictures before are as good as the next: then they stay until those are there, without the guesses in between. */
  readonly slid: boolean;
}

/** The first of some images. */
function firstOf({ data, shape }: SampleArray): SampleArray {
  const size = shape.slice(1).reduce((a, b) => a * b);
  return { data: data.slice(0, size), shape: [1, ...shape.slice(1)] };
}
