import { type Choices, type Field, type Settings, settingsFrom } from '../page/fields.ts';

const losses =
  'gan js2 hellinger2 kl rkl pearson neyman tv jeffreys wgan hinge lsgan gan-pairs hinge-pairs lsgan-pairs';
const isGame = ({ model }: Choices) => model !== 'ddpm';

/** What can be chosen for points of the plane, in the order of the page: the formulas are those of the papers. */
export const pointFields = {
  data: {
    kind: 'choice',
    label: 'Distribution',
    options: {
      grid: '25 Gaussians',
      ring: 'Ring of 8',
      roll: 'Swiss roll',
      moons: 'Two moons',
      drawn: 'Drawn by you',
    },
    initial: 'grid',
    formula: 'q(x_0) = 1/K Σ_k N(x_0; m_k, s^2 I)',
    api: 'data.gaussianMixture',
  },
  spread: {
    kind: 'number',
    ...{ label: 'Spread s', min: 0.01, max: 0.3, step: 0.01, initial: 0.05 },
    formula: 's beside modes 2 apart; a sample is of high quality within 3 s of its mode',
    api: 'fid.gaussianModes',
  },
  model: {
    kind: 'choice',
    label: 'Model',
    options: { ddgan: 'DDGAN', gan: 'GAN', ddpm: 'DDPM' },
    initial: 'ddgan',
    formula:
      'p_θ(x_t−1|x_t) = ∫ p(z) q(x_t−1 | x_t, G(x_t, z, t)) dz; DDGAN; a GAN has T = 1; of DDPM it is a Gaussian',
    api: 'training.trainDdgan',
  },
  T: {
    kind: 'number',
    ...{ label: 'Steps T', min: 1, max: 8, step: 1, initial: 4 },
    formula: 'q(x_t | x_t−1) = N(√(1−β_t) x_t−1, β_t I), t = 1…T',
    api: 'samplers.ddganSampler',
    when: ({ model }) => model === 'ddgan',
  },
  calls: {
    kind: 'number',
    ...{ label: 'Steps T', min: 1, max: 200, step: 1, initial: 50 },
    formula: 'x_t−1 = 1/√α_t (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t)) + σ_t z',
    api: 'samplers.ddpmSampler',
    when: ({ model }) => model === 'ddpm',
  },
  schedule: {
    kind: 'choice',
    label: 'Schedule',
    options: { levels: 'Equal ratios', vp: 'Variance preserving', cosine: 'Cosine' },
    initial: 'levels',
    formula: 'σ_t = √(1/ᾱ_t − 1); ᾱ_t = Π_s≤t (1 − β_s)',
    api: 'schedule.makeSchedule',
  },
  loss: {
    kind: 'choice',
    label: 'Loss',
    options: Object.fromEntries(
      losses.split(' ').map((name) => [name, name.replace('-pairs', ', relativistic pairs')]),
    ),
    initial: 'gan',
    formula: 'max_V E_q[g(V)] − E_p[f*(g(V))] = D_f(q ‖ p), of x_t−1 given x_t',
    api: 'fgan-losses.adversarialLoss',
    when: isGame,
  },
  rateG: {
    kind: 'number',
    ...{ label: 'Rate of the generator', min: 0.0001, max: 0.02, step: 0.0001, initial: 0.002 },
    formula: 'θ ← θ − η_k m̂/(√v̂ + ε), η_k on half a cosine',
    api: 'training.adam',
    when: isGame,
  },
  rateD: {
    kind: 'number',
    ...{ label: 'Rate of the critic', min: 0.0001, max: 0.02, step: 0.0001, initial: 0.002 },
    formula: 'φ ← φ − η_k m̂/(√v̂ + ε)',
    api: 'training.adam',
    when: isGame,
  },
  rate: {
    kind: 'number',
    ...{ label: 'Learning rate', min: 0.0001, max: 0.02, step: 0.0001, initial: 0.002 },
    formula: 'L_simple = E ‖ε − ε_θ(√ᾱ_t x_0 + √(1−ᾱ_t) ε, t)‖^2',
    api: 'training.trainDdpm',
    when: (chosen) => !isGame(chosen),
  },
  r1: {
    kind: 'number',
    ...{ label: 'R1, γ', min: 0, max: 5, step: 0.05, initial: 0 },
    formula: 'γ/2 E_q ‖∇V(x_t−1, x_t, t)‖^2',
    api: 'fgan-losses.r1Penalty',
    when: isGame,
  },
  r2: {
    kind: 'number',
    ...{ label: 'R2, γ', min: 0, max: 5, step: 0.05, initial: 0 },
    formula: 'γ/2 E_p ‖∇V(x_t−1, x_t, t)‖^2',
    api: 'fgan-losses.r1Penalty',
    when: isGame,
  },
  slope: {
    kind: 'number',
    ...{ label: 'Gradient penalty, λ', min: 0, max: 20, step: 0.1, initial: 0 },
    formula: 'λ E (‖∇V(x̃)‖ − K)^2, x̃ between data and samples',
    api: 'fgan-losses.gradientPenalty',
    when: isGame,
  },
  target: {
    kind: 'number',
    ...{ label: 'Its slope K', min: 0, max: 1, step: 0.1, initial: 0 },
    formula: 'K = 1 for Wasserstein-1; 0 where data and samples may agree',
    api: 'fgan-losses.gradientPenalty',
    when: (chosen) => isGame(chosen) && Number(chosen.slope) > 0,
  },
  criticSteps: {
    kind: 'number',
    ...{ label: 'Critic updates per step', min: 1, max: 5, step: 1, initial: 1 },
    formula: 'n_critic updates of φ, then one of θ',
    api: 'training.trainDdgan',
    when: isGame,
  },
  batch: {
    kind: 'number',
    ...{ label: 'Batch', min: 32, max: 512, step: 32, initial: 256 },
    formula: 'E ≈ mean over the batch',
    api: 'data.batches',
  },
  hidden: {
    kind: 'number',
    ...{ label: 'Width of the networks', min: 16, max: 128, step: 16, initial: 64 },
    formula: 'three hidden layers',
    api: 'unet.mlpGenerator',
  },
  steps: {
    kind: 'number',
    ...{ label: 'Length of the run', min: 500, max: 20000, step: 500, initial: 4000 },
    formula: 'η_k = η_end + ½(η_0 − η_end)(1 + cos πk/K)',
    api: 'training.cosineDecay',
  },
} as const satisfies Record<string, Field>;

/** The settings of one training on points. */
export type PointSettings = Settings<typeof pointFields>;

/** Settings where nothing was chosen. */
export const initialPoints: PointSettings = settingsFrom(pointFields, () => null);
