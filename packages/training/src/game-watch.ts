import type { Outcome } from './train-state.ts';
import type { TrainEvent, WarningKind } from './train-event.ts';

/** Steps whose mean counts. */
const WINDOW = 200;
/** Share of pairs in which the critic is right, above which the generator has lost. */
const SATURATED = 0.995;
/** Norm of the generator's gradient, as a share of its largest mean so far, below which it learns nothing any more. */
const VANISHED = 1e-3;

const remedies: Record<'critic-saturated' | 'generator-gradient-vanished', string> = {
  'critic-saturated':
    'Lower its learning rate or criticSteps, raise r1.gamma, or give the generator a higher learning rate or a reconstruction loss',
  'generator-gradient-vanished':
    "The critic is flat where the samples are: use the non-saturating loss { name: 'gan' }, raise r1.gamma, or lower the critic's learning rate",
};

/**
 * Notices when one of the two networks of a GAN has won for good. Each warning comes once, and again only after things were well in
 * between.
 */
export class GameWatch {
  readonly #separation: number[] = [];
  readonly #norms: number[] = [];
  #largestNorm = 0;
  readonly #told = new Set<WarningKind>();

  /** Takes the numbers of a step. */
  observe({ measures }: Outcome, step: number): TrainEvent[] {
    const separation = windowMean(this.#separation, measures['critic.separation']);
    const norm = windowMean(this.#norms, measures['generator.gradientNorm']);
    if (separation === undefined || norm === undefined) return [];
    this.#largestNorm = Math.max(this.#largestNorm, norm);
    return [
      ...this.#warn(step, 'critic-saturated', separation > SATURATED, () => {
        const share = (100 * separation).toFixed(1);
        return `over the last ${WINDOW} steps the critic told data from samples in ${share} % of the pairs`;
      }),
      ...this.#warn(step, 'generator-gradient-vanished', norm <= VANISHED * this.#largestNorm, () => {
        const [now, before] = [norm, this.#largestNorm].map((value) => value.toExponential(1));
        return `over the last ${WINDOW} steps the generator's gradient had a norm of ${now}, after ${before} earlier`;
      }),
    ];
  }

  #warn(step: number, kind: keyof typeof remedies, wrong: boolean, describe: () => string): TrainEvent[] {
    if (!wrong) this.#told.delete(kind);
    if (!wrong || this.#told.has(kind)) return [];
    this.#told.add(kind);
    return [{ type: 'warning', step, kind, message: `${describe()}. ${remedies[kind]}` }];
  }
}

/** Adds a value to a window; its mean once it is full. */
function windowMean(window: number[], value: number): number | undefined {
  window.push(value);
  if (window.length > WINDOW) window.shift();
  if (window.length < WINDOW) return undefined;
  return window.reduce((a, b) => a + b, 0) / WINDOW;
}
