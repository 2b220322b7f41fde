import { b1 } from './b01-distillation.ts';
import { b2 } from './b02-students.ts';
import { b3 } from './b03-autoguidance.ts';
import type { Experiment } from './experiment.ts';
import { x1 } from './x01-ddpm-steps.ts';
import { x2, x3 } from './x03-divergences.ts';
import { x4 } from './x04-timing.ts';
import { x5 } from './x05-bumps.ts';
import { x6, x7 } from './x06-ablation.ts';
import { x8 } from './x08-lsun.ts';
import { x9, x10 } from './x09-code.ts';
import { x11, x12, x13 } from './x11-latents.ts';
import { x14, x15 } from './x14-sheets.ts';
import { x16 } from './x16-cost.ts';
import { x17, x18 } from './x17-guidance.ts';
import { x19, x20 } from './x19-vdm.ts';
import { x21, x25 } from './x21-samplers.ts';
import { x22 } from './x22-ablations.ts';
import { x23 } from './x23-stacked.ts';
import { x24 } from './x24-gaussians25.ts';

/** All experiments: those of the papers that the project began with, in the order of their numbers, then those beyond them. */
export const experiments: readonly Experiment[] = [
  ...[x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13],
  ...[x14, x15, x16, x17, x18, x19, x20, x21, x22, x23, x24, x25],
  ...[b1, b2, b3],
];
