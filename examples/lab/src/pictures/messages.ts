import type { SampleArray } from '@diffgan/hub';
import type { LaneName } from './lanes.ts';

/** What is drawn: pictures from noise, or from what the visitor painted. */
export type Task =
  /** Between the pictures of the seed (0) and those of the next (1). */
  | { readonly type: 'draw'; readonly between: number }
  /** From the painting, noised over a share of the steps. */
  | { readonly type: 'strokes'; readonly painted: Float32Array; readonly share: number }
  /** Pictures of the seed, anew where the mask is 0. */
  | { readonly type: 'fill'; readonly mask: Float32Array; readonly resamplings: number };

/** Where it is drawn. */
export type Backend = 'wasm' | 'webgpu';

/** What the page asks: to draw in some lanes, all at once; whatever was drawn before ends. */
export interface DrawRequest {
  /** Its number, which answers to it bear: those to an older one are not shown. */
  readonly id: number;
  readonly lanes: readonly LaneName[];
  readonly seed: number;
  readonly count: number;
  /** The class that those networks are told that are told one; of all classes in turn without it. */
  readonly label?: number;
  readonly task: Task;
}

/** What drawing takes. */
export interface Usage {
  readonly tensors: number;
  readonly bytes: number;
}

/** The first message of a page: the backend, which a worker cannot change. */
export interface StartRequest {
  readonly backend: Backend;
}

/** What the worker tells of a lane. */
export type LaneAnswer = { readonly id: number; readonly lane: LaneName } & (
  | { readonly type: 'loading'; readonly loaded: number; readonly total?: number }
  | {
      readonly type: 'guess';
      readonly calls: number;
      readonly total: number;
      readonly milliseconds: number;
      /** x̂_0 of all pictures. */
      readonly images: SampleArray;
      /** x_t of the first. */
      readonly state: SampleArray;
    }
  | {
      readonly type: 'drawn';
      readonly calls: number;
      readonly milliseconds: number;
      readonly images: SampleArray;
      readonly usage: Usage;
    }
);

/** What the worker tells. */
export type DrawAnswer =
  | LaneAnswer
  | { readonly type: 'ready'; readonly backend: string }
  /** The pictures in which a mask is filled. */
  | { readonly type: 'base'; readonly id: number; readonly images: SampleArray }
  /** The graphics device is gone, and all tensors with it. */
  | { readonly type: 'lost'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
