import type { TrainEvent } from './train-event.ts';
import type { Outcome } from './train-state.ts';
import { Warnings } from './warnings.ts';
import { WINDOW, WindowMean } from './window-mean.ts';

/** Share of pairs in which the critic is right, above which the generator has lost. */
const SATURATED = 0.995;
/** Distance from ½ up to which the critic's share of right pairs is chance. */
const CHANCE = 0.03;
/** Norm of the generator's gradient, as a share of its largest mean so far, below which it learns nothing any more. */
const VANISHED = 1e-3;
/** Steps in a row, and share of the largest norm so far, after which a gradient does not come back. */
const DEAD = { steps: 10, share: 1e-4 };

type Warning = 'critic-saturated' | 'critic-at-chance' | 'generator-gradient-vanished' | 'game-dead';

const remedies: Record<Warning, string> = {
  'critic-saturated':
    'Lower its learning rate or criticSteps, raise r1.gamma, or give the generator a higher learning rate or a reconstruction loss',
  'critic-at-chance':
    'Raise its learning rate, lower r1.gamma, or give it wider layers; timesteps can be drawn where there is something to learn',
  'generator-gradient-vanished':
    "The critic is flat where the samples are: use the non-saturating loss { name: 'gan' }, raise r1.gamma, or lower the critic's learning rate",
  'game-dead':
    'The loss is flat at such logits and nothing will move any more: start again with lower learning rates (a fifth), a reconstruction loss, ' +
    "or a loss that does not saturate, such as { name: 'gan' }",
};

/**
 * Notices when one of the two networks of a GAN has won for good, or neither can. Each warning comes once, and again only after things were
 * well in between.
 */
export class GameWatch {
  readonly #separation = new WindowMean();
  readonly #norms = new WindowMean();
  /** By name of the measure. */
  readonly #auc = new Map<string, WindowMean>();
  #largestMean = 0;
  #largestNorm = 0;
  #flatSteps = 0;
  readonly #warnings = new Warnings(remedies);

  /** Takes the numbers of a step. */
  observe({ measures }: Outcome, step: number): TrainEvent[] {
    return [...this.#dead(measures, step), ...this.#won(measures, step), ...this.#atChance(measures, step)];
  }

  #dead(measures: Outcome['measures'], step: number): TrainEvent[] {
    const norm = measures['generator.gradientNorm'];
    this.#largestNorm = Math.max(this.#largestNorm, norm);
    this.#flatSteps = norm <= DEAD.share * this.#largestNorm ? this.#flatSteps + 1 : 0;
    return this.#warnings.of(step, 'game-dead', this.#flatSteps >= DEAD.steps, () => {
      const logits = [measures['critic.real'], measures['critic.fake']].map((logit) => logit.toFixed(1));
      return `for ${DEAD.steps} steps the generator's gradient has had a norm of ${norm.toExponential(1)} at most, with logits of ${logits.join(' for data and ')} for samples`;
    });
  }

  #won(measures: Outcome['measures'], step: number): TrainEvent[] {
    const separation = this.#separation.add(measures['critic.separation']);
    const norm = this.#norms.add(measures['generator.gradientNorm']);
    if (separation === undefined || norm === undefined) return [];
    this.#largestMean = Math.max(this.#largestMean, norm);
    return [
      ...this.#warnings.of(step, 'critic-saturated', separation > SATURATED, () => {
        const share = (100 * separation).toFixed(1);
        return `over the last ${WINDOW} steps the critic told data from samples in ${share} % of the pairs`;
      }),
      ...this.#warnings.of(step, 'generator-gradient-vanished', norm <= VANISHED * this.#largestMean, () => {
        const [now, before] = [norm, this.#largestMean].map((value) => value.toExponential(1));
        return `over the last ${WINDOW} steps the generator's gradient had a norm of ${now}, after ${before} earlier`;
      }),
    ];
  }

  #atChance(measures: Outcome['measures'], step: number): TrainEvent[] {
    const means = Object.entries(measures)
      .filter(([name]) => name.startsWith('critic.auc@'))
      .map(([name, value]) => {
        const window = this.#auc.get(name) ?? new WindowMean();
        this.#auc.set(name, window);
        return window.add(value);
      });
    const chance = means.length > 0 && means.every((mean) => mean !== undefined && Math.abs(mean - 0.5) <= CHANCE);
    return this.#warnings.of(step, 'critic-at-chance', chance, () => {
      const shares = means.map((mean) => (100 * mean!).toFixed(0)).join(', ');
      return `over the last ${WINDOW} steps the critic told data from samples in ${shares} % of the pairs at the steps of the diffusion, which is chance`;
    });
  }
}
