import { choice, number } from '../page/field-makers.ts';
import { type Choices, type Field, type Settings, settingsFrom } from '../page/fields.ts';
import { lossNames } from '../page/loss-names.ts';

const isGame = ({ model }: Choices) => model !== 'ddpm';
const penalised = (chosen: Choices) => isGame(chosen) && Number(chosen.slope) > 0;

/** Spread, rates and the like: ranges and steps. */
const [rate, gamma] = [
  [0.0001, 0.02, 0.0001],
  [0, 5, 0.05],
] as const;

/** What can be chosen for points of the plane, in the order of the page: the formulas are those of the papers. */
export const pointFields = {
  data: choice(
    'Distribution',
    { grid: '25 Gaussians', ring: 'Ring of 8', roll: 'Swiss roll', moons: 'Two moons', drawn: 'Drawn by you' },
    'q(x_0) = 1/K Σ_k N(x_0; m_k, s^2 I)',
    'data.gaussianMixture',
  ),
  spread: number(
    'Spread s',
    0.05,
    [0.01, 0.3, 0.01],
    's beside modes 2 apart; a sample is of high quality within 3 s of its mode',
    'fid.gaussianModes',
  ),
  model: choice(
    'Model',
    { ddgan: 'DDGAN', gan: 'GAN', ddpm: 'DDPM' },
    'p_θ(x_t−1|x_t) = ∫ p(z) q(x_t−1 | x_t, G(x_t, z, t)) dz; DDGAN; a GAN has T = 1; of DDPM it is a Gaussian',
    'training.trainDdgan',
  ),
  T: number(
    'Steps T',
    4,
    [1, 8, 1],
    'q(x_t | x_t−1) = N(√(1−β_t) x_t−1, β_t I), t = 1…T',
    'samplers.ddganSampler',
    ({ model }) => model === 'ddgan',
  ),
  calls: number(
    'Steps T',
    50,
    [1, 200, 1],
    'x_t−1 = 1/√α_t (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t)) + σ_t z',
    'samplers.ddpmSampler',
    ({ model }) => model === 'ddpm',
  ),
  schedule: choice(
    'Schedule',
    { levels: 'Equal ratios', vp: 'Variance preserving', cosine: 'Cosine' },
    'σ_t = √(1/ᾱ_t − 1); ᾱ_t = Π_s≤t (1 − β_s)',
    'schedule.makeSchedule',
  ),
  loss: choice(
    'Loss',
    lossNames,
    'max_V E_q[g(V)] − E_p[f*(g(V))] = D_f(q ‖ p), of x_t−1 given x_t',
    'fgan-losses.adversarialLoss',
    isGame,
  ),
  rateG: number(
    'Rate of the generator',
    0.002,
    rate,
    'θ ← θ − η_k m̂/(√v̂ + ε), η_k on half a cosine',
    'training.adam',
    isGame,
  ),
  rateD: number('Rate of the critic', 0.002, rate, 'φ ← φ − η_k m̂/(√v̂ + ε)', 'training.adam', isGame),
  rate: number(
    'Learning rate',
    0.002,
    rate,
    'L_simple = E ‖ε − ε_θ(√ᾱ_t x_0 + √(1−ᾱ_t) ε, t)‖^2',
    'training.trainDdpm',
    (chosen) => !isGame(chosen),
  ),
  r1: number('R1, γ', 0, gamma, 'γ/2 E_q ‖∇V(x_t−1, x_t, t)‖^2', 'fgan-losses.r1Penalty', isGame),
  r2: number('R2, γ', 0, gamma, 'γ/2 E_p ‖∇V(x_t−1, x_t, t)‖^2', 'fgan-losses.r1Penalty', isGame),
  slope: number(
    'Gradient penalty, λ',
    0,
    [0, 20, 0.1],
    'λ E (‖∇V(x̃)‖ − K)^2, x̃ between data and samples',
    'fgan-losses.gradientPenalty',
    isGame,
  ),
  target: number(
    'Its slope K',
    0,
    [0, 1, 0.1],
    'K = 1 for Wasserstein-1; 0 where data and samples may agree',
    'fgan-losses.gradientPenalty',
    penalised,
  ),
  criticSteps: number(
    'Critic updates per step',
    1,
    [1, 5, 1],
    'n_critic updates of φ, then one of θ',
    'training.trainDdgan',
    isGame,
  ),
  batch: number('Batch', 256, [32, 512, 32], 'E ≈ mean over the batch', 'data.batches'),
  hidden: number('Width of the networks', 64, [16, 128, 16], 'three hidden layers', 'unet.mlpGenerator'),
  steps: number(
    'Length of the run',
    4000,
    [500, 20000, 500],
    'η_k = η_end + ½(η_0 − η_end)(1 + cos πk/K)',
    'training.cosineDecay',
  ),
} as const satisfies Record<string, Field>;

/** The settings of one training on points. */
export type PointSettings = Settings<typeof pointFields>;

/** Settings where nothing was chosen. */
export const initialPoints: PointSettings = settingsFrom(pointFields, () => null);
