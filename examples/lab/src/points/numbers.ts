import { element } from '../page/elements.ts';
import { NumberList } from '../page/number-list.ts';
import type { Answer, Snapshot } from './messages.ts';

const names = {
  step: 'Step',
  modes: 'Modes found',
  quality: 'High quality',
  kl: 'KL of the modes',
  rate: 'Steps a second',
  milliseconds: 'Time of a step',
  tensors: 'Tensors, memory',
  levels: 'Noise √(1/ᾱ_t − 1)',
  backend: 'Backend',
} as const;

/** The numbers of a training: what it came to, and what it takes. */
export class Numbers {
  readonly root: HTMLElement;
  readonly #list = new NumberList(names);
  readonly #state = element('p', { class: 'state', role: 'status' });

  constructor() {
    this.root = element('div', {}, this.#list.root, this.#state);
  }

  show({ step, scores, rate, milliseconds, tensors, bytes }: Snapshot): void {
    const { modes, total, highQuality, kl, of } = scores;
    this.#list.set({
      step: String(step),
      modes: total > 0 ? `${modes} of ${total}` : '–',
      quality: `${(100 * highQuality).toFixed(1)} % of ${of}`,
      kl: total > 0 ? `${kl.toFixed(3)} nats` : '–',
      rate: step > 0 && rate > 0 ? rate.toFixed(0) : '–',
      milliseconds: step > 0 ? `${milliseconds.toFixed(1)} ms` : '–',
      tensors: `${tensors}, ${(bytes / 1e6).toFixed(1)} MB`,
    });
  }

  levels(levels: readonly number[]): void {
    const shown = levels.length > 8 ? [...levels.slice(0, 3), NaN, ...levels.slice(-3)] : levels;
    this.#list.set({ levels: shown.map((level) => (Number.isNaN(level) ? '…' : level.toPrecision(2))).join(', ') });
    this.#state.textContent = '';
  }

  tell(answer: Exclude<Answer, { type: 'snapshot' | 'data' }>): void {
    if (answer.type === 'ready')
      this.#list.set({ backend: answer.backend + (answer.isolated ? ', isolated page' : ', page not isolated') });
    else if (answer.type === 'done') this.#state.textContent = 'The run is over.';
    else if (answer.type === 'warning') this.#state.textContent = answer.message;
    else this.#state.textContent = `It failed: ${answer.message}. “Begin anew” starts it again.`;
  }
}
