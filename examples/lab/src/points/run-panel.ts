import { element, formula } from '../page/elements.ts';
import { LineChart } from '../page/line-chart.ts';
import { Plane } from '../page/plane.ts';
import { keying, pointing } from '../page/pointing.ts';
import { movesLittle, themeColours } from '../page/theme.ts';
import type { LookSettings } from './look-fields.ts';
import type { Answer, Place, Request, Snapshot } from './messages.ts';
import { Numbers } from './numbers.ts';
import { between, paintSamples, paintStepBack } from './paint.ts';
import { PointWorkerClient } from './point-worker-client.ts';

/** Milliseconds in which points move to where the next snapshot has them. */
const GLIDE = 150;

/** How far an arrow key goes on the plane of the data. */
const KEY_STEP = 0.05;

/** Half the side of the square that can be drawn in. */
const DRAWN_EXTENT = 1.2;

type Start = Extract<Request, { type: 'start' }>;

/** One training as the page shows it: two planes, curves and numbers. */
export class RunPanel {
  readonly root: HTMLElement;
  readonly #data = new Plane('Data and samples', 1.35);
  readonly #back = new Plane('One step back', 2.2);
  readonly #chart = new LineChart('Losses of the steps so far');
  readonly #numbers = new Numbers();
  readonly #place = element('span', { role: 'status' });
  readonly #drawing = element(
    'p',
    { hidden: true },
    'Draw on the left plane with the pointer; or with its arrow keys (Shift: far) and the space bar. ',
    this.#place,
  );
  readonly #client = new PointWorkerClient((answer) => this.#answered(answer));
  #points = new Float32Array();
  /** The data as it is painted, which is the same in every frame. */
  #painted: { readonly points: Float32Array; readonly colour: string; readonly plane: Plane } | undefined;
  #before: Float32Array | undefined;
  #now: { snapshot: Snapshot; since: number } | undefined;
  #shown: LookSettings | undefined;
  #cursor: Place | undefined;
  #frame = 0;
  #ended: () => void;

  constructor(
    title: string,
    handlers: { drawAt: (place: Place) => void; lookAt: (place: Place) => void; ended: () => void },
  ) {
    this.#ended = handlers.ended;
    this.root = element(
      'section',
      { class: 'run', 'aria-label': title },
      element('h2', {}, title),
      element(
        'div',
        { class: 'planes' },
        figure(this.#data.canvas, 'x_0 of the data (grey) and samples of the model'),
        figure(
          this.#back.canvas,
          'One step back from x_t (the cross): the model’s x_t−1 and the critic; lines are the exact q(x_t−1|x_t)',
        ),
      ),
      this.#drawing,
      this.#numbers.root,
      this.#chart.root,
    );
    keying(this.#data.canvas, {
      moved: (right, down) => this.#moveCursor(right, down),
      pressed: () => {
        if (this.#cursor) handlers.drawAt(this.#cursor);
      },
    });
    pointing(this.#data.canvas, (event) => handlers.drawAt(this.#data.placeOf(event)));
    pointing(this.#back.canvas, (event) => handlers.lookAt(this.#back.placeOf(event)));
  }

  start(settings: Omit<Start, 'type'>): void {
    this.#before = this.#now = undefined;
    this.#letDraw(settings.settings.data === 'drawn');
    this.#chart.clear();
    this.#client.ask({ type: 'start', ...settings });
  }

  ask(request: Exclude<Request, Start>): void {
    this.#client.ask(request);
  }

  /** What is shown of what the worker tells. */
  show(look: LookSettings): void {
    this.#shown = look;
    const { t, x, y, ways } = look;
    this.#client.ask({ type: 'look', look: { t, xt: [x, y], ways: ways === 'on' } });
    this.paint();
  }

  end(): void {
    this.#client.end();
    cancelAnimationFrame(this.#frame);
  }

  /** Only where something can be drawn the plane takes keys. */
  #letDraw(draws: boolean): void {
    const { canvas } = this.#data;
    this.#drawing.hidden = !draws;
    canvas.tabIndex = draws ? 0 : -1;
    canvas.setAttribute('role', draws ? 'application' : 'img');
    this.#cursor = draws ? (this.#cursor ?? [0, 0]) : undefined;
  }

  #moveCursor(right: number, down: number): void {
    if (!this.#cursor) return;
    const within = (x: number) => Math.min(Math.max(x, -DRAWN_EXTENT), DRAWN_EXTENT);
    const [x, y] = this.#cursor;
    this.#cursor = [within(x + KEY_STEP * right), within(y - KEY_STEP * down)];
    this.#place.textContent = this.#cursor.map((coordinate) => coordinate.toFixed(2)).join(', ');
    this.paint();
  }

  #answered(answer: Answer): void {
    if (answer.type === 'snapshot') return this.#showSnapshot(answer.snapshot);
    if (answer.type === 'data') {
      this.#points = answer.points as Float32Array<ArrayBuffer>;
      this.#paintedData(themeColours().data); // now, as a frame has enough to do
      return this.#numbers.levels(answer.levels);
    }
    if (answer.type === 'done' || answer.type === 'failed') this.#ended();
    this.#numbers.tell(answer);
  }

  #showSnapshot(snapshot: Snapshot): void {
    const gone = this.#now && performance.now() - this.#now.since;
    this.#before = this.#now && between(this.#before, this.#now.snapshot.samples, (gone ?? 0) / GLIDE);
    this.#now = { snapshot, since: performance.now() };
    if (snapshot.step > 0) this.#chart.add(snapshot.step, snapshot.losses);
    this.#numbers.show(snapshot);
    this.paint();
  }

  /** Draws, and goes on until the points are where they should be. */
  paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paintNow());
  }

  redrawChart(): void {
    this.#chart.redraw();
  }

  #paintNow(): void {
    if (!this.#now || !this.#shown) return;
    const { snapshot, since } = this.#now;
    const share = movesLittle() ? 1 : Math.min(1, (performance.now() - since) / GLIDE);
    const colours = themeColours();
    const samples = between(this.#before, snapshot.samples, share);
    const data = this.#paintedData(colours.data);
    paintSamples(this.#data, { data, samples, ways: snapshot.ways, scale: snapshot.scale }, colours);
    if (this.#cursor && document.activeElement === this.#data.canvas) this.#data.cross(this.#cursor, colours.text);
    const { heat, exact, arrows } = this.#shown;
    if (share === 1 || this.#before === undefined)
      paintStepBack(
        this.#back,
        snapshot.back,
        { heat: heat === 'on', exact: exact === 'on', arrows: arrows === 'on' },
        colours,
      );
    if (share < 1) this.paint();
  }

  #paintedData(colour: string): HTMLCanvasElement {
    if (this.#painted?.points !== this.#points || this.#painted.colour !== colour) {
      const plane = new Plane('', this.#data.extent);
      plane.dots(this.#points, colour, 2);
      this.#painted = { points: this.#points, colour, plane };
    }
    return this.#painted.plane.canvas;
  }
}

const figure = (canvas: HTMLCanvasElement, caption: string) =>
  element('figure', {}, canvas, element('figcaption', {}, formula(caption)));
