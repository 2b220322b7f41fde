import type { LossAwareTimestepsOptions, LossWeight, Prediction, VarianceKind } from '@diffgan/objectives';
import { checkNumber } from './check-number.ts';
import { labelChoices, type LabelOptions } from './conditions.ts';
import { optimizationChoices } from './network-optimizer.ts';
import type { TrainOptions } from './train-options.ts';

/** The form of EDM (Karras et al. 2022, arXiv:2206.00364, table 1): see `edmLoss` of `@diffgan/objectives`. */
export interface EdmTraining {
  /** σ_data, the standard deviation of the data. @defaultValue 0.5 */
  sigmaData?: number;
  /** Mean of the normal log σ that training draws. @defaultValue -1.2 */
  logSigmaMean?: number;
  /** Standard deviation of log σ. @defaultValue 1.2 */
  logSigmaStd?: number;
}

/** Options of `trainDdpm`. */
export interface TrainDdpmOptions extends TrainOptions, LabelOptions {
  /**
   * What the network predicts. `'edm'`: that part of x_0 which the noised data does not show already, at levels of noise drawn from all σ
   * instead of the steps of the schedule; the schedule, an `edmSchedule`, then is for samplers alone. See `edm`.
   *
   * @defaultValue `'eps'`
   */
  predicts?: Prediction | 'edm';
  /** Of a network that predicts `'edm'`: the data and the levels of noise. */
  edm?: EdmTraining;
  /** Variance of the reverse steps; a learned one takes a network with twice as many output channels. @defaultValue `'fixedLarge'` */
  variance?: VarianceKind;
  /**
   * `'simple'`: L_simple. `'hybrid'`: L_simple and a little of the bound, which trains a learned variance. `'vlb'`: the bound, in bits per
   * dimension.
   *
   * @defaultValue `'hybrid'` for learned variances, else `'simple'`
   */
  objective?: 'simple' | 'hybrid' | 'vlb';
  /** Weight of each step in L_simple, such as `minSnrWeight()` or `vlbWeight()` of `@diffgan/objectives`. @defaultValue 1 for all */
  weight?: LossWeight;
  /** `'lossAware'` (or its options): draws steps in proportion to the size of their losses; for `'vlb'`. @defaultValue `'uniform'` */
  timesteps?: 'uniform' | 'lossAware' | LossAwareTimestepsOptions;
  /** Grey levels of the data, for the decoder of the bound. @defaultValue 256 */
  levels?: number;
  /** How the decoder of the bound is computed; `'parity'` is that of the released programs, with its limits. @defaultValue `'stable'` */
  decoderForm?: 'stable' | 'parity';
  /** Initial learning rate; it falls on half a cosine to `finalLearningRate`. @defaultValue 2e-4 */
  learningRate?: number;
  /** Learning rate at the end of the run. @defaultValue 1e-5 */
  finalLearningRate?: number;
}

/** Whether the network has a variance of its own. */
export const isLearned = (variance: VarianceKind) => variance === 'learned' || variance === 'learnedRange';

/** The options that shape the course of training, with their defaults. */
export function ddpmChoices(options: TrainDdpmOptions) {
  return {
    ...optimizationChoices('trainDdpm', options, { networks: ['denoiser'], learningRate: 2e-4 }),
    ...labelChoices(options),
    ...(options.predicts === 'edm' ? edmChoices(options) : stepChoices(options)),
  };
}

/** Those of a network that learns from all σ. */
export type EdmChoices = ReturnType<typeof edmChoices>;

function edmChoices(options: TrainDdpmOptions) {
  const { sigmaData = 0.5, logSigmaMean = -1.2, logSigmaStd = 1.2 } = options.edm ?? {};
  for (const name of ['variance', 'objective', 'weight', 'timesteps'] as const)
    if (options[name] !== undefined)
      throw new RangeError(`trainDdpm: ${name} is given, but a network that predicts 'edm' has its own; leave it out`);
  checkNumber('trainDdpm: edm.sigmaData', sigmaData, { min: 1e-6 });
  checkNumber('trainDdpm: edm.logSigmaMean', logSigmaMean, { min: -100, below: 100 });
  checkNumber('trainDdpm: edm.logSigmaStd', logSigmaStd, { min: 0, below: 100 });
  return { predicts: 'edm' as const, edm: { sigmaData, logSigmaMean, logSigmaStd } };
}

/** Those of a network that learns from the steps of its schedule. */
export type StepChoices = ReturnType<typeof stepChoices>;

function stepChoices(options: TrainDdpmOptions) {
  const { variance = 'fixedLarge' } = options;
  const predicts = (options.predicts ?? 'eps') as Prediction;
  if (options.edm) throw new RangeError(`trainDdpm: edm is given, but predicts is '${predicts}'; set it to 'edm'`);
  const {
    objective = isLearned(variance) ? 'hybrid' : 'simple',
    timesteps = 'uniform',
    levels = 256,
    weight,
    decoderForm,
  } = options;
  if (!['simple', 'hybrid', 'vlb'].includes(objective))
    throw new RangeError(`trainDdpm: objective is '${String(objective)}'; use one of simple, hybrid, vlb`);
  if (decoderForm !== undefined && !['stable', 'parity'].includes(decoderForm))
    throw new RangeError(`trainDdpm: decoderForm is '${String(decoderForm)}'; use one of stable, parity`);
  if (objective === 'hybrid' && !isLearned(variance))
    throw new RangeError(
      `trainDdpm: objective is 'hybrid', but variance is '${variance}'; the bound in it trains a variance 'learned' or 'learnedRange'`,
    );
  if (objective === 'simple' && isLearned(variance))
    throw new RangeError(
      `trainDdpm: objective is 'simple', which does not train the variance '${variance}'; use 'hybrid' or 'vlb'`,
    );
  if (objective === 'vlb' && weight)
    throw new RangeError("trainDdpm: weight is given, but the objective 'vlb' has its own; leave one of them out");
  return {
    ...{ predicts, variance, objective, levels },
    timesteps: timesteps === 'lossAware' ? {} : timesteps,
    ...(weight && { weight }),
    ...(decoderForm && { decoderForm }),
  };
}
