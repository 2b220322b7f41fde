import type { Experiment } from './experiment.ts';
import { x1 } from './x01-ddpm-steps.ts';
import { x2, x3 } from './x03-divergences.ts';
import { x5 } from './x05-bumps.ts';
import { x24 } from './x24-gaussians25.ts';

/** All experiments, in the order of their numbers. */
export const experiments: readonly Experiment[] = [x1, x2, x3, x5, x24];
