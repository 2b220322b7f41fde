import type { TrainEvent } from '@diffgan/training';
import { clock } from './clock.ts';

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

const STRETCH = 30; // steps that count

/**
 * How far a run is, and how fast, over its last steps: what a line or a bar of progress shows.
 *
 * @example
 * ```ts
 * const model = mlpDenoiser({ kind: 'mlp-denoiser', dim: 2, hidden: [32], timeWidth: 16 });
 * const training = trainDdpm(model, linearSchedule(100), { data: gaussians25(1000, key(0)), steps: 20, batch: 50 });
 * const progress = new TrainingProgress('points');
 * for await (const event of training) if (event.type === 'step') console.log(progress.describe(event).text);
 * ```
 */
export class TrainingProgress {
  #seconds: number[] = [];

  /**
   * @param unit what there are so many of per second.
   * @param minutes length of a run that the clock ends.
   * @param spent seconds of training before this part of the run.
   */
  constructor(
    readonly unit: string,
    readonly minutes = Infinity,
    public spent = 0,
  ) {}

  /** Share of the run that is done, and a line that says so. */
  describe({ step, steps, losses, seconds, examples }: StepEvent): { fraction: number; text: string } {
    this.#seconds = [...this.#seconds.slice(1 - STRETCH), seconds];
    this.spent += seconds;
    const mean = this.#seconds.reduce((a, b) => a + b, 0) / this.#seconds.length;
    const left = Math.min((steps - step) * mean, 60 * this.minutes - this.spent);
    const text = [
      steps === Infinity ? `step ${step}` : `step ${step}/${steps}`,
      ...Object.entries(losses).map(([name, loss]) => `${name} ${loss.toFixed(3)}`),
      `${(examples / step / mean).toFixed(0)} ${this.unit}/s`,
      `${clock(left)} left`,
    ].join('  ');
    return { fraction: Math.min(1, Math.max(step / steps, this.spent / (60 * this.minutes))), text };
  }
}
