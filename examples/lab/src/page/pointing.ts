/** Calls back while a pointer is down on a canvas. */
export function pointing(canvas: HTMLCanvasElement, told: (event: PointerEvent) => void): void {
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    told(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons === 1) told(event);
  });
}

const moves: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What the keys of a canvas do: the arrows move, Shift with them far; the space bar or Enter press. */
export interface KeyHandlers {
  readonly moved: (right: number, down: number) => void;
  readonly pressed: () => void;
}

/** How many steps an arrow key takes with Shift. */
const FAR = 4;

/** Lets a canvas be used by its keys as well as by the pointer. */
export function keying(canvas: HTMLCanvasElement, { moved, pressed }: KeyHandlers): void {
  canvas.addEventListener('keydown', (event) => {
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (move) moved(...(move.map((step) => step * (event.shiftKey ? FAR : 1)) as [number, number]));
    else if (event.key === ' ' || event.key === 'Enter') pressed();
    else return;
    event.preventDefault();
  });
}
