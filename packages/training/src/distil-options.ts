import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DistillationDivergence, distillationWeight } from '@diffgan/fgan-losses';
import type { Prediction } from '@diffgan/objectives';
import type { Model } from '@diffgan/ops';
import type { NoiseSchedule } from '@diffgan/schedule';
import { checkNumber } from './check-number.ts';
import type { SlopePenalty } from './critic-penalties.ts';
import { optimizationChoices, type PerNetwork } from './network-optimizer.ts';
import { lengthOf, type TrainOptions } from './train-options.ts';

/** The model that a student learns from. It is only called, and stays the caller's. */
export interface Teacher {
  /** A denoiser: its output from `[x_t, position]` (and perhaps labels); or a function of the same, such as an exact one. */
  model: Model;
  /** The steps of its diffusion. */
  schedule: NoiseSchedule;
  /** What it predicts. @defaultValue `'eps'` */
  predicts?: Prediction;
}

/** The networks that {@link distil} trains in place; they stay the caller's. */
export interface DistilNetworks {
  /** The student: x̂0 from `[x_t, z, position]`, made by `ddganGenerator` or `mlpGenerator`. */
  generator: LayersModel;
  /** What learns the scores of the student's samples: a network like the teacher, which it best starts from. */
  fake: LayersModel;
  /** Tells diffused data from diffused samples; `'rkl'` without `adversarial` needs none. It is given 0 in the place of x_t. */
  critic?: LayersModel;
}

/** Options of {@link distil}. */
export interface DistilOptions extends TrainOptions {
  /** The divergence of the teacher's density from the student's that is lowered. @defaultValue `'rkl'` */
  divergence?: DistillationDivergence;
  /** Weight of the critic's non-saturating loss in the student's. @defaultValue 0 */
  adversarial?: number;
  /** Updates of the fake denoiser (and the critic) per update of the student, each with samples of its own. @defaultValue 2 */
  fakeSteps?: number;
  /** The part of the teacher's steps at which scores are compared, as shares of T. @defaultValue [0.02, 0.98] */
  levels?: readonly [number, number];
  /**
   * How levels of noise are weighed. `'error'`: by the size of the teacher's error, so that all levels pull alike (Yin et al. 2024,
   * arXiv:2311.18828, eq. 8). `'none'`: the divergence itself.
   *
   * @defaultValue `'error'`
   */
  weighting?: 'error' | 'none';
  /** R1 penalty on the critic's diffused data. @defaultValue none */
  r1?: SlopePenalty;
  /** Initial learning rates; all fall on half a cosine. @defaultValue `{ generator: 5e-5, fake: 2e-4, critic: 2e-4 }` */
  learningRate?: PerNetwork<'generator' | 'fake' | 'critic'>;
  /** Learning rate at the end of the run. Rates that differ much had better end as far apart. @defaultValue 1e-5 */
  finalLearningRate?: PerNetwork<'generator' | 'fake' | 'critic'>;
}

/** Bins of noise levels in which the weights of a divergence have a mean of 1: as many as divide the batch, up to four. */
export const levelBins = (batch: number): number => [4, 3, 2].find((bins) => batch % bins === 0) ?? 1;

/** The options that shape the course of a distillation, with their defaults. */
export function distilChoices(options: DistilOptions, { critic }: DistilNetworks) {
  const {
    divergence = 'rkl',
    adversarial = 0,
    fakeSteps = 2,
    levels = [0.02, 0.98],
    weighting = 'error',
    r1,
  } = options;
  distillationWeight(divergence); // throws for what there is not
  checkNumber('distil: adversarial', adversarial, { min: 0 });
  checkNumber('distil: fakeSteps', fakeSteps, { min: 1, integer: true });
  const [from, to] = levels;
  checkNumber('distil: levels[0]', from, { min: 0, below: 1 });
  checkNumber('distil: levels[1]', to, { min: 0, below: 1 + Number.EPSILON });
  if (!(from < to)) throw new RangeError(`distil: levels is [${from}, ${to}]; give the smaller share first`);
  if (!['error', 'none'].includes(weighting))
    throw new RangeError(`distil: weighting is ${JSON.stringify(weighting)}; it must be 'error' or 'none'`);
  const needed =
    divergence !== 'rkl' ? `divergence is '${divergence}'` : adversarial > 0 && `adversarial is ${adversarial}`;
  if (needed && !critic) throw new TypeError(`distil: ${needed}, which needs a critic; give networks.critic`);
  if (!needed && critic)
    throw new TypeError(
      "distil: a critic is given, but divergence 'rkl' without adversarial never asks it; leave it out",
    );
  if (r1 && !critic) throw new TypeError('distil: r1 is given, but no critic; leave it out');
  const networks = ['generator', 'fake', ...(critic ? (['critic'] as const) : [])] as const;
  return {
    ...optimizationChoices('distil', options, {
      networks,
      learningRate: { generator: 5e-5, fake: 2e-4, critic: 2e-4 },
      adam: { beta1: 0, beta2: 0.99 },
    }),
    ...{ divergence, adversarial, fakeSteps, levels: [from, to] as const, weighting },
    ...(r1 && { r1: { every: 1, scale: false, ...r1 } }),
    steps: lengthOf(options, fakeSteps),
  };
}
