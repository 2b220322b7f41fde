import type { SampleArray } from '@diffgan/hub';
import type { ClothesSettings } from './settings.ts';

/** What the page asks of the worker. */
export type ClothesRequest =
  /** Trains, from the state that is kept or from the start. */
  | { readonly type: 'train'; readonly settings: ClothesSettings; readonly resume: boolean }
  /** Ends after the current step, and keeps the state. */
  | { readonly type: 'stop' }
  /** Sends the state that is kept, a file of safetensors. */
  | { readonly type: 'save' }
  /** Keeps a state that was saved. */
  | { readonly type: 'load'; readonly bytes: Uint8Array };

/** What the worker tells. */
export type ClothesAnswer =
  | { readonly type: 'ready'; readonly backend: string; readonly kept: boolean }
  | { readonly type: 'fetching'; readonly loaded: number; readonly total: number }
  | {
      readonly type: 'step';
      readonly step: number;
      readonly milliseconds: number;
      readonly losses: Readonly<Record<string, number>>;
      readonly tensors: number;
      readonly bytes: number;
    }
  | { readonly type: 'samples'; readonly step: number; readonly images: SampleArray }
  | { readonly type: 'fid'; readonly step: number; readonly fid: number }
  | { readonly type: 'resumed'; readonly step: number }
  /** The state was written. */
  | { readonly type: 'kept' }
  | { readonly type: 'stopped' }
  | { readonly type: 'done' }
  | { readonly type: 'saved'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'loaded' }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
