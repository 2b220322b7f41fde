import type { ModelName } from '@diffgan/hub';

interface Lane {
  readonly title: string;
  readonly model: ModelName;
  /** Steps that are taken, where they are not all of the network's. */
  readonly steps?: number;
  readonly sampler: 'ddgan' | 'ddim' | 'ddpm';
}

/** Ways to draw, each one lane of the race. */
export const lanes = {
  student: { title: 'Distilled, 4 calls', model: 'fashion-mnist-distil', sampler: 'ddgan' },
  ddgan: { title: 'DDGAN, 4 calls', model: 'fashion-mnist-ddgan', sampler: 'ddgan' },
  ddim: { title: 'DDIM, 50 calls', model: 'fashion-mnist-ddpm', sampler: 'ddim', steps: 50 },
  ddpm: { title: 'DDPM, 1000 calls', model: 'fashion-mnist-ddpm', sampler: 'ddpm' },
} as const satisfies Record<string, Lane>;

/** Name of a lane. */
export type LaneName = keyof typeof lanes;

/** All of them, in the order of the page. */
export const laneNames = Object.keys(lanes) as LaneName[];
