import { AdamOptimizer } from '@tensorflow/tfjs-core';

/** Adam whose learning rate rises linearly over the first steps and then falls along half a cosine to zero. */
export class ScheduledAdam extends AdamOptimizer {
  readonly #peak: number;
  readonly #warmup: number;
  readonly #steps: number;

  constructor(peak: number, warmup: number, steps: number) {
    super(peak, 0.9, 0.999, 1e-8);
    this.#peak = peak;
    this.#warmup = warmup;
    this.#steps = steps;
  }

  /** Sets the rate of step 0, 1, …, `steps` − 1. */
  schedule(step: number): void {
    const rise = Math.min(1, (step + 1) / this.#warmup);
    this.learningRate = this.#peak * rise * 0.5 * (1 + Math.cos((Math.PI * step) / this.#steps));
  }
}
