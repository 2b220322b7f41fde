import { element } from './elements.ts';

/** A square canvas of the plane, x to the right and y upwards, of a half side. */
export class Plane {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;

  constructor(
    label: string,
    readonly extent: number,
    size = 480,
  ) {
    this.canvas = element('canvas', { width: size, height: size, role: 'img', 'aria-label': label, class: 'plane' });
    this.#context = this.canvas.getContext('2d')!;
  }

  clear(): void {
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Squares at places x, y, x, y, …. */
  dots(at: ArrayLike<number>, colour: string, size: number): void {
    this.#context.fillStyle = colour;
    for (let i = 0; i < at.length; i += 2) {
      const [x, y] = this.pixelOf(at[i], at[i + 1]);
      this.#context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** A line through places. */
  line(at: readonly (readonly [number, number])[], colour: string, width: number): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    at.forEach(([x, y], i) => context[i === 0 ? 'moveTo' : 'lineTo'](...this.pixelOf(x, y)));
    context.stroke();
  }

  /** A cross. */
  cross([x, y]: readonly [number, number], colour: string): void {
    const arm = this.extent / 24;
    this.line(
      [
        [x - arm, y],
        [x + arm, y],
      ],
      colour,
      3,
    );
    this.line(
      [
        [x, y - arm],
        [x, y + arm],
      ],
      colour,
      3,
    );
  }

  /** A square grid of colours over the whole plane, smoothed. */
  picture(image: ImageData): void {
    const small = new OffscreenCanvas(image.width, image.height);
    small.getContext('2d')!.putImageData(image, 0, 0);
    this.#context.imageSmoothingEnabled = true;
    this.#context.drawImage(small, 0, 0, this.canvas.width, this.canvas.height);
  }

  pixelOf(x: number, y: number): [number, number] {
    const { width, height } = this.canvas;
    return [(width / 2) * (1 + x / this.extent), (height / 2) * (1 - y / this.extent)];
  }

  /** The place below a pointer. */
  placeOf({ clientX, clientY }: MouseEvent): [number, number] {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [this.extent * ((2 * (clientX - left)) / width - 1), this.extent * (1 - (2 * (clientY - top)) / height)];
  }
}
