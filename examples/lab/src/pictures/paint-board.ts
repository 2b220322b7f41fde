import { drawOnCanvas } from '@diffgan/hub';
import { element } from '../page/elements.ts';
import { keying, pointing } from '../page/pointing.ts';
import { levels, type Painting, type Pixel, SIDE } from './painting.ts';

const SCALE = 10;

/** How a mask covers what it hides: as `--way` does. */
const COVER = '#e0621ecc';

/** A picture of 28 × 28 pixels that is painted on, by pointer or keys. */
export class PaintBoard {
  readonly root: HTMLElement;
  readonly #canvas = element('canvas', {
    ...{ width: SIDE * SCALE, height: SIDE * SCALE, tabIndex: 0, role: 'application', class: 'board' },
    ...{ 'aria-label': 'Painting', 'aria-describedby': 'board-help' },
  });
  readonly #place = element('span', { role: 'status' });
  #cursor: Pixel = [SIDE / 2, SIDE / 2];
  #shown: { painting: Painting; base?: Float32Array } | undefined;

  /** @param at told the pixels that are painted. */
  constructor(at: (pixels: readonly Pixel[]) => void, erase: () => void) {
    let last: Pixel = [0, 0];
    pointing(this.#canvas, ({ clientX, clientY, type }) => {
      const { left, top, width } = this.#canvas.getBoundingClientRect();
      const pixelOf = (x: number) => Math.floor((SIDE * x) / width);
      const pixel: Pixel = [pixelOf(clientX - left), pixelOf(clientY - top)];
      at(type === 'pointerdown' ? [pixel] : between(last, pixel));
      last = pixel;
    });
    keying(this.#canvas, {
      moved: (right, down) => {
        const [column, row] = this.#cursor;
        this.#cursor = [within(column + right), within(row + down)];
        this.#place.textContent = `column ${this.#cursor[0] + 1}, row ${this.#cursor[1] + 1}`;
        void this.#paint();
      },
      pressed: () => at([this.#cursor]),
    });
    for (const event of ['focus', 'blur']) this.#canvas.addEventListener(event, () => void this.#paint());
    const help = element(
      'p',
      { id: 'board-help' },
      'Paint with the pointer; or with the arrow keys (Shift: far) and the space bar. ',
    );
    help.append(this.#place);
    const clear = element('button', { type: 'button', onclick: erase }, 'Erase the painting');
    this.root = element('section', { class: 'run', 'aria-label': 'Painting' }, this.#canvas, help, clear);
  }

  /** @param base the picture whose painted part is hidden; without one, strokes are shown. */
  show(painting: Painting, base?: Float32Array): void {
    this.#shown = { painting, base };
    void this.#paint();
  }

  async #paint(): Promise<void> {
    if (!this.#shown) return;
    const { painting, base } = this.#shown;
    const data = base ?? Float32Array.from(painting, (tone) => levels[tone]);
    await drawOnCanvas(this.#canvas, { data, shape: [1, SIDE, SIDE, 1] }, { padding: 0, scale: SCALE });
    const context = this.#canvas.getContext('2d')!;
    const square = (i: number) => [(i % SIDE) * SCALE, Math.floor(i / SIDE) * SCALE, SCALE, SCALE] as const;
    context.fillStyle = COVER;
    if (base) painting.forEach((tone, i) => tone > 0 && context.fillRect(...square(i)));
    if (document.activeElement !== this.#canvas) return;
    context.strokeStyle = COVER;
    context.lineWidth = 3;
    context.strokeRect(...square(this.#cursor[1] * SIDE + this.#cursor[0]));
  }
}

/** The pixels on the way of a quick pointer. */
function between(from: Pixel, to: Pixel): Pixel[] {
  const [right, down] = [to[0] - from[0], to[1] - from[1]];
  const steps = Math.max(Math.abs(right), Math.abs(down), 1);
  return Array.from({ length: steps }, (_, i): Pixel => {
    const share = (i + 1) / steps;
    return [Math.round(from[0] + share * right), Math.round(from[1] + share * down)];
  });
}

const within = (pixel: number) => Math.min(Math.max(pixel, 0), SIDE - 1);
