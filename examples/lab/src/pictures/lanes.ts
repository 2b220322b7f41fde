import type { ModelName } from '@diffgan/hub';

interface Lane {
  readonly name: string;
  readonly model: ModelName;
  readonly sampler: 'ddgan' | 'ddim' | 'ddpm';
  /** Steps that are taken, each with a call of the network: all those it was trained with, or some of them. */
  readonly calls: number;
  /** Whether its network is told a class: known before it is loaded, so that the buttons for it do not come late. */
  readonly told: boolean;
  /** Whether it draws unless told otherwise. */
  readonly initial: 'on' | 'off';
  readonly formula: string;
  readonly api: string;
}

/** Ways to draw, each one lane of the race. A lane whose network is told a class has the buttons for it shown. */
export const lanes = {
  student: {
    ...{ name: 'Distilled', model: 'fashion-mnist-distil', sampler: 'ddgan', calls: 4, told: false, initial: 'on' },
    ...{ formula: 'a student of a DDPM of its size: min KL(p_θ ‖ p_DDPM)', api: 'training.distil' },
  },
  ddgan: {
    ...{ name: 'DDGAN', model: 'fashion-mnist-ddgan', sampler: 'ddgan', calls: 4, told: true, initial: 'off' },
    ...{ formula: 'x̂_0 = G(x_t, z, t), x_t−1 ~ q(x_t−1 | x_t, x̂_0)', api: 'samplers.ddganSampler' },
  },
  ddim: {
    ...{ name: 'DDIM', model: 'fashion-mnist-ddpm', sampler: 'ddim', calls: 50, told: true, initial: 'off' },
    ...{ formula: 'x_s = √ᾱ_s x̂_0 + √(1−ᾱ_s) ε_θ(x_t, t)', api: 'samplers.ddimSampler' },
  },
  ddpm: {
    ...{ name: 'DDPM', model: 'fashion-mnist-ddpm', sampler: 'ddpm', calls: 1000, told: true, initial: 'off' },
    ...{ formula: 'x_t−1 = 1/√α_t (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t)) + σ_t z', api: 'samplers.ddpmSampler' },
  },
} as const satisfies Record<string, Lane>;

/** Name of a lane. */
export type LaneName = keyof typeof lanes;

/** All of them, in the order of the page. */
export const laneNames = Object.keys(lanes) as LaneName[];

/** What the page calls a lane. */
export const titleOf = (lane: LaneName): string => `${lanes[lane].name}, ${lanes[lane].calls} calls`;
