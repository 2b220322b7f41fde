import { adversarialLoss, type AdversarialLossName, type AdversarialLossOptions } from '@diffgan/fgan-losses';
import type { AucTimestepsOptions } from './auc-timesteps.ts';
import { checkNumber } from './check-number.ts';
import { labelChoices, type LabelOptions } from './conditions.ts';
import type { CriticPenalties, GradientPenalty, PenaltyInterval, SlopePenalty } from './critic-penalties.ts';
import type { DdganAblations } from './ddgan-game.ts';
import { checkFadingWeight, type FadingWeight } from './fading-weight.ts';
import { optimizationChoices, type PerNetwork } from './network-optimizer.ts';
import { lengthOf, type TrainOptions } from './train-options.ts';

/** Options of `trainDdgan`. */
export interface TrainDdganOptions extends TrainOptions, DdganAblations, LabelOptions {
  /**
   * The adversarial loss: its name, or its name and options: those of a divergence, or `relativistic`, with which real and fake x_{t−1} of
   * the same (x_t, t) are compared; then give `r1` and `r2`.
   *
   * @defaultValue `'gan'`, non-saturating
   */
  loss?: AdversarialLossName | ({ name: AdversarialLossName } & AdversarialLossOptions);
  /** Initial learning rates; both fall on half a cosine to `finalLearningRate`. @defaultValue `{ generator: 1e-3, critic: 5e-4 }` */
  learningRate?: Readonly<Record<'generator' | 'critic', number>>;
  /** Learning rate at the end of the run. Rates that differ much had better end as far apart. @defaultValue 1e-5 */
  finalLearningRate?: PerNetwork<'generator' | 'critic'>;
  /**
   * How steps t are drawn: all alike, with the given weights for t = 1…T, or, by `'auc'`, where the critic has something to teach: neither
   * always right nor at chance. It sets the pace of learning at each t, not what is learned.
   *
   * @defaultValue `'uniform'`
   */
  timesteps?: 'uniform' | 'auc' | readonly number[] | AucTimestepsOptions;
  /**
   * Probability with which the critic sees images moved by up to an eighth, and with a hole of half their size: x_{t−1}, real and fake, and
   * x_t alike (Zhao et al. 2020, arXiv:2006.10738). For small sets of images. @defaultValue 0
   */
  criticAugment?: number;
  /** Updates of the critic per step, each with a batch of its own; the generator makes do with the last one. @defaultValue 1 */
  criticSteps?: number;
  /**
   * R1 penalty on real pairs: its weight, and every how many updates it is evaluated.
   *
   * @defaultValue `{ gamma: 0.2, every: 10 }`; none for `wgan` and with a gradient penalty
   */
  r1?: SlopePenalty;
  /** The same penalty on fake pairs, by their x_{t−1}. @defaultValue none */
  r2?: SlopePenalty;
  /**
   * Gradient penalty between data and samples, by x_{t−1}: its weight and the slope it asks for.
   *
   * @defaultValue `{ lambda: 10 }` for `wgan`, else none
   */
  gradientPenalty?: GradientPenalty;
  /**
   * Weight of the mean squared error of x̂0 in the generator's loss. It shows the generator the way long before the critic can, which
   * makes short runs much better; too much of it blurs, so it may fade. Not in the paper; Phung, Dao, Tran 2023 (arXiv:2211.16152) add an
   * L1 error.
   *
   * @defaultValue 0
   */
  reconstruction?: number | FadingWeight;
  /**
   * What that error is of: x̂0 itself, alike at all steps, or the noise that x̂0 implies, whose squared error is the signal-to-noise ratio of
   * the step times that of x̂0. So `'eps'` binds most where x_t tells what x_0 is, and leaves steps of much noise to the critic.
   *
   * @defaultValue `'x0'`
   */
  reconstructionOf?: 'x0' | 'eps';
}

/** The options that shape the course of training, with their defaults. */
export function ddganChoices(options: TrainDdganOptions) {
  const {
    criticSteps = 1,
    criticAugment = 0,
    directDenoising = false,
    noiseGeneration = false,
    noLatent = false,
    oneShotAug = false,
    reconstructionOf = 'x0',
  } = options;
  const loss = { name: 'gan' as const, ...(typeof options.loss === 'string' ? { name: options.loss } : options.loss) };
  adversarialLoss(loss.name, loss); // throws for what there is not
  checkNumber('trainDdgan: criticAugment', criticAugment, { min: 0, below: 1 + Number.EPSILON });
  if (criticAugment > 0 && 'points' in options.data)
    throw new RangeError(
      `trainDdgan: criticAugment is ${criticAugment}, but ${options.data.name} holds points; leave it out`,
    );
  checkNumber('trainDdgan: criticSteps', criticSteps, { min: 1, integer: true });
  const steps = lengthOf(options, criticSteps);
  const reconstruction = checkFadingWeight('trainDdgan: reconstruction', options.reconstruction ?? 0, steps);
  if (!['x0', 'eps'].includes(reconstructionOf))
    throw new RangeError(
      `trainDdgan: reconstructionOf is ${JSON.stringify(reconstructionOf)}; it must be 'x0' or 'eps'`,
    );
  return {
    ...optimizationChoices('trainDdgan', options, {
      networks: ['generator', 'critic'],
      learningRate: { generator: 1e-3, critic: 5e-4 },
      adam: { beta1: 0.5, beta2: 0.9 },
    }),
    ...labelChoices(options),
    ...{ loss, criticSteps, reconstruction },
    ...(criticAugment > 0 && { criticAugment }),
    ...(reconstructionOf === 'eps' && { reconstructionOf }),
    ...{ directDenoising, noiseGeneration, noLatent, oneShotAug },
    ...checkedPenalties(loss.name, options),
    ...checkedTimesteps(options),
  };
}

function checkedPenalties(loss: AdversarialLossName, options: TrainDdganOptions): CriticPenalties {
  const { r2, gradientPenalty: slope = loss === 'wgan' ? { lambda: 10 } : undefined } = options;
  const { r1 = slope ? undefined : { gamma: 0.2, every: 10 } } = options;
  return {
    ...checkedPenalty('r1', r1, r1?.gamma, 'gamma'),
    ...checkedPenalty('r2', r2, r2?.gamma, 'gamma'),
    ...checkedPenalty('gradientPenalty', slope, slope?.lambda, 'lambda'),
  };
}

/** A penalty by its name with all defaults; nothing where it has no weight. */
function checkedPenalty(
  name: keyof CriticPenalties,
  penalty: PenaltyInterval | undefined,
  weight: number | undefined,
  weightName: string,
): CriticPenalties {
  if (penalty === undefined) return {};
  checkNumber(`trainDdgan: ${name}.${weightName}`, weight, { min: 0 });
  const { every = 1, scale = false } = penalty;
  checkNumber(`trainDdgan: ${name}.every`, every, { min: 1, integer: true });
  return weight === 0 ? {} : { [name]: { ...penalty, every, scale } };
}

/** Nothing where steps are uniform. */
function checkedTimesteps({ timesteps = 'uniform' }: TrainDdganOptions): {
  timesteps?: readonly number[] | Required<AucTimestepsOptions>;
} {
  if (timesteps === 'uniform') return {};
  if (isWeights(timesteps)) {
    timesteps.forEach((weight, i) => checkNumber(`trainDdgan: timesteps[${i}]`, weight, { min: 0 }));
    if (!timesteps.some((weight) => weight > 0))
      throw new RangeError(`trainDdgan: timesteps is [${timesteps.join()}]; give at least one step a weight above 0`);
    return { timesteps: [...timesteps] };
  }
  const { by, uniform = 0.25 } = timesteps === 'auc' ? { by: 'auc' as const } : timesteps;
  if (by !== 'auc')
    throw new RangeError(
      `trainDdgan: timesteps is ${JSON.stringify(timesteps)}; give 'uniform', 'auc', { by: 'auc' } or a weight for each step`,
    );
  checkNumber('trainDdgan: timesteps.uniform', uniform, { min: 0, below: 1 + Number.EPSILON });
  return { timesteps: { by, uniform } };
}

const isWeights = (timesteps: unknown): timesteps is readonly number[] => Array.isArray(timesteps);
