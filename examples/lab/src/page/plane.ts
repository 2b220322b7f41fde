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

  /** Lines, each through its places, all in one stroke: many short ones of their own would take long. */
  lines(all: readonly (readonly (readonly [number, number])[])[], colour: string, width: number): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    for (const places of all)
      places.forEach(([x, y], i) => context[i === 0 ? 'moveTo' : 'lineTo'](...this.pixelOf(x, y)));
    context.stroke();
  }

  /** Another canvas of the same size, laid over what is there. */
  layer(canvas: HTMLCanvasElement): void {
    this.#context.drawImage(canvas, 0, 0);
  }

  /** A cross. */
  cross([x, y]: readonly [number, number], colour: string): void {
    const arm = this.extent / 24;
    const arms = [
      [
        [x - arm, y],
        [x + arm, y],
      ],
      [
        [x, y - arm],
        [x, y + arm],
      ],
    ] as const;
    this.lines(arms, colour, 3);
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
