import type { SampleArray } from '@diffgan/hub';

/** Ways to draw, each one lane of the race. */
export const lanes = {
  ddgan: { title: 'DDGAN, 4 calls', model: 'fashion-mnist-ddgan', options: {} },
  ddim: { title: 'DDIM, 50 calls', model: 'fashion-mnist-ddpm', options: { sampler: 'ddim', steps: 50 } },
  ddpm: { title: 'DDPM, every step', model: 'fashion-mnist-ddpm', options: { sampler: 'ddpm' } },
} as const;

/** Name of a lane. */
export type LaneName = keyof typeof lanes;

/** What the page asks: to draw in some lanes, one after another; whatever was drawn before ends. */
export interface DrawRequest {
  readonly lanes: readonly LaneName[];
  readonly seed: number;
  readonly count: number;
}

/** What the worker tells. */
export type DrawAnswer =
  | { readonly type: 'ready'; readonly backend: string }
  | { readonly type: 'loading'; readonly lane: LaneName; readonly loaded: number; readonly total?: number }
  | {
      readonly type: 'guess';
      readonly lane: LaneName;
      readonly calls: number;
      readonly total: number;
      readonly milliseconds: number;
      readonly images: SampleArray;
    }
  | {
      readonly type: 'drawn';
      readonly lane: LaneName;
      readonly calls: number;
      readonly milliseconds: number;
      readonly images: SampleArray;
    }
  | { readonly type: 'failed'; readonly message: string };
