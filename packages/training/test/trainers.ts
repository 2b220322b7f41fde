import { minSnrWeight } from '@diffgan/objectives';
import { edmSchedule } from '@diffgan/schedule';
import type { TrainEvent, TrainOptions } from '@diffgan/training';
import { playClassifier, playDdgan, playDdpm, playDistil, type Played, playVdm } from './play.ts';

type Play = (options?: Partial<TrainOptions>, onEvent?: (event: TrainEvent) => void) => Promise<Played>;

const gan =
  (options: Parameters<ReturnType<typeof playDdgan>>[0], labels = false): Play =>
  (more, onEvent) =>
    playDdgan({ labels })({ ...options, ...more }, onEvent);
const ddpm =
  (options: Parameters<ReturnType<typeof playDdpm>>[0], shape = {}): Play =>
  (more, onEvent) =>
    playDdpm(shape)({ ...options, ...more }, onEvent);

/** Adversarial losses. */
export const losses = [
  ...([
    'gan',
    'js2',
    'hellinger2',
    'kl',
    'rkl',
    'pearson',
    'neyman',
    'tv',
    'jeffreys',
    'wgan',
    'hinge',
    'lsgan',
  ] as const),
];

/** Every way to train on the plane; the same table drives several tests. */
export const trainers: Record<string, Play> = {
  ...Object.fromEntries(losses.map((loss) => [`GAN with ${loss}`, gan({ loss })])),
  'GAN with R1 and gradient penalty': gan({
    r1: { gamma: 1, every: 2, scale: true },
    gradientPenalty: { lambda: 1, every: 3, oneSided: true },
  }),
  ...Object.fromEntries(
    (['gan', 'hinge', 'lsgan'] as const).map((name) => [
      `GAN of relativistic pairs with ${name}, R1 and R2`,
      gan({ loss: { name, relativistic: true }, r1: { gamma: 0.5 }, r2: { gamma: 0.5, every: 2 } }),
    ]),
  ),
  'GAN with steps by weight': gan({ timesteps: [3, 2, 0, 1] }),
  'GAN with steps by AUC': gan({ timesteps: { by: 'auc', uniform: 0.5 } }),
  'GAN with two critic steps': gan({ criticSteps: 2, reconstruction: 1 }),
  'GAN with a reconstruction of the noise': gan({ reconstruction: 2, reconstructionOf: 'eps' }),
  'GAN with a reconstruction that fades': gan({ reconstruction: { from: 1, to: 0.2, until: 3 } }),
  'GAN with Adam of beta1 = 0': gan({ adam: { beta1: 0, beta2: 0.99 } }),
  'GAN told labels': gan({ labelDropping: 0.3 }, true),
  'GAN with directDenoising': gan({ directDenoising: true }),
  'GAN with noiseGeneration': gan({ noiseGeneration: true }),
  'GAN with noLatent': gan({ noLatent: true }),
  'GAN with oneShotAug': gan({ oneShotAug: true }),
  'DDPM of eps': ddpm({}),
  'DDPM of x0, min-SNR': ddpm({ predicts: 'x0', weight: minSnrWeight({ predicts: 'x0' }) }),
  'DDPM of v': ddpm({ predicts: 'v' }),
  'DDPM of mean': ddpm({ predicts: 'mean' }),
  'DDPM told labels': ddpm({ labelDropping: 0.3 }, { labels: true }),
  'DDPM hybrid': ddpm({ variance: 'learnedRange' }, { outputs: 4 }),
  'DDPM of the bound, loss-aware': ddpm({ objective: 'vlb', variance: 'fixedSmall', timesteps: { history: 1 } }),
  'DDPM of the bound, learned variance': ddpm({ objective: 'vlb', variance: 'learned' }, { outputs: 4 }),
  'DDPM in the form of EDM': ddpm({ predicts: 'edm', edm: { sigmaData: 0.7 } }, { schedule: edmSchedule(10) }),
  VDM: playVdm(),
  'VDM with fixed ends': playVdm({ hidden: 8, gamma0: -6, gamma1: 3, learnEndPoints: false }),
  'VDM with a fixed schedule': playVdm({ kind: 'linear', gamma0: -6, gamma1: 3, learnEndPoints: false }),
  'VDM of 10 steps': (options, onEvent) => playVdm()({ diffusionSteps: 10, ...options }, onEvent),
  classifier: playClassifier,
  'student of one call': playDistil({ calls: 1 }),
  'student of four calls': playDistil(),
  'student told labels': playDistil({ labels: true }),
  'student by js2': (options, onEvent) => playDistil({ critic: true })({ divergence: 'js2', ...options }, onEvent),
  'student of a game too': (options, onEvent) =>
    playDistil({ critic: true, calls: 2 })(
      { adversarial: 0.5, fakeSteps: 1, r1: { gamma: 0.1, every: 2 }, weighting: 'none', ...options },
      onEvent,
    ),
};
