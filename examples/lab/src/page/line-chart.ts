import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';
import { element } from './elements.ts';
import { themeColours } from './theme.ts';

const HEIGHT = 170;
/** More points than these are thinned to half. */
const MOST_POINTS = 800;

/** uPlot, loaded when there is something to plot, in a task of its own. */
let plotting: Promise<typeof uPlot> | undefined;
const loadPlot = () => (plotting ??= loadedPlot());

async function loadedPlot(): Promise<typeof uPlot> {
  const { default: plot } = await import('uplot');
  await new Promise((resolve) => setTimeout(resolve));
  return plot;
}

/** Curves over steps, drawn by uPlot. */
export class LineChart {
  readonly root: HTMLElement;
  #chart: uPlot | undefined;
  #names: readonly string[] = [];
  #data: number[][] = [[]];
  /** The next frame, in which what was added since the last one is drawn. */
  #frame = 0;

  constructor(label: string) {
    this.root = element('div', { class: 'chart', role: 'img', 'aria-label': label });
    new ResizeObserver(() => this.#chart?.setSize({ width: this.root.clientWidth, height: HEIGHT })).observe(this.root);
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#names = [];
    this.#data = [[]];
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  add(step: number, values: Readonly<Record<string, number>>): void {
    const names = Object.keys(values);
    if (names.length === 0) return;
    if (names.join() !== this.#names.join()) {
      this.clear();
      this.#names = names;
      this.#data = [[], ...names.map(() => [])];
    }
    [step, ...names.map((name) => values[name])].forEach((value, i) => this.#data[i].push(value));
    if (this.#data[0].length > MOST_POINTS) this.#data = this.#data.map((row) => row.filter((_, i) => i % 2 === 0));
    this.#drawSoon();
  }

  /** With the colours of now. */
  redraw(): void {
    if (!this.#chart) return;
    this.#chart.destroy();
    this.#chart = undefined;
    this.#drawSoon();
  }

  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => void this.#draw());
  }

  async #draw(): Promise<void> {
    const plot = await loadPlot();
    if (this.#names.length === 0) return; // cleared meanwhile
    this.#chart ??= this.#make(plot);
    this.#chart.setData(this.#data as uPlot.AlignedData);
  }

  #make(plot: typeof uPlot): uPlot {
    const { samples, data, text, faint } = themeColours();
    const colours = [samples, data];
    const axis = { stroke: text, grid: { stroke: faint, width: 1 }, ticks: { stroke: faint, width: 1 } };
    const series = this.#names.map((name, i) => ({ label: name, stroke: colours[i], width: 1.5 }));
    const options: uPlot.Options = {
      ...{ width: this.root.clientWidth || 300, height: HEIGHT },
      scales: { x: { time: false } },
      series: [{ label: 'step' }, ...series],
      axes: [axis, { ...axis, size: 44 }],
      legend: { live: false },
      cursor: { show: false },
    };
    return new plot(options, this.#data as uPlot.AlignedData, this.root);
  }
}
