import { drawOnCanvas, type SampleArray } from '@diffgan/hub';
import { element } from '../page/elements.ts';

/**
 * The chain x_T → x_0 of one picture above the guesses x̂_0. All its places are there before anything is drawn, so that nothing moves;
 * what was drawn before is pale until it is drawn over.
 */
export class ChainStrip {
  readonly root = element('div', {
    ...{ class: 'chain', role: 'img' },
    'aria-label': 'The first picture, step by step: its noisy states above, what is guessed of it below',
  });
  #columns: HTMLElement[] = [];
  #drawn = 0;

  /** @param guesses how many will come; after them comes the picture itself. */
  begin(guesses: number): void {
    if (this.#columns.length !== guesses + 1) {
      this.#columns = Array.from({ length: guesses + 1 }, (_, i) => columnOf(i < guesses ? 2 : 1));
      this.root.replaceChildren(...this.#columns);
    }
    this.#drawn = 0;
    for (const column of this.#columns) column.className = 'before';
  }

  /** Draws a state and what is guessed of it, or the picture itself, in the next place. */
  async add(...images: readonly SampleArray[]): Promise<void> {
    const column = this.#columns[this.#drawn++]; // at once: drawing ends later
    column.className = '';
    for (const [i, canvas] of [...column.querySelectorAll('canvas')].entries())
      await drawOnCanvas(canvas, images[i], { padding: 0 });
  }
}

const columnOf = (count: number): HTMLElement =>
  element('div', {}, ...Array.from({ length: count }, () => element('canvas', { width: 28, height: 28 })));
