import { AdamOptimizer } from '@tensorflow/tfjs-core';

/** Adam whose learning rate rises linearly over the first steps and then falls along half a cosine to zero. */
export class ScheduledAdam extends AdamOptimizer {
  constructor(
    private readonly peak: number,
    private readonly warmup: number,
    private readonly steps: number,
  ) {
    super(peak, 0.9, 0.999, 1e-8);
  }

  /** Sets the rate of step 0, 1, …, `steps` − 1. */
  schedule(step: number): void {
    const rise = Math.min(1, (step + 1) / this.warmup);
    this.learningRate = this.peak * rise * 0.5 * (1 + Math.cos((Math.PI * step) / this.steps));
  }
}
