import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from './backend-names.ts';

/** The backend in use and how it came to be chosen. */
export interface BackendInfo {
  /** The backend. */
  readonly name: BackendName;
  /** One line for people: what was chosen, on which device, and why others were passed over. */
  readonly description: string;
  /** Engine and version, such as "TensorFlow 2.21.0, tfjs-node 4.22.0". */
  readonly version: string;
  /** Where it computes, such as "CPU" or the name of the graphics adapter. */
  readonly device: string;
  /** What is slower than asked for, and why; absent when nothing is. */
  readonly note?: string;
  /** Backends that were tried before it, each with the reason it was passed over. */
  readonly tried: readonly { readonly name: BackendName; readonly why: string }[];
}

let selected: BackendInfo | undefined;

/** Composes the description and remembers the choice. */
export function rememberBackend(info: Omit<BackendInfo, 'description'>): BackendInfo {
  const passedOver = info.tried.map(({ name, why }) => `${name} (${why})`).join(', ');
  const note = info.note === undefined ? '' : `; ${info.note}`;
  const chosen = `${info.name} on ${info.device} (${info.version})${note}`;
  const description = `${chosen}${passedOver && `; passed over: ${passedOver}`}`;
  selected = Object.freeze({ ...info, description });
  return selected;
}

/**
 * What `selectBackend` chose last.
 *
 * @returns The same object that `selectBackend` returned.
 * @throws Error when nothing has been selected, or TensorFlow.js was switched to another backend since.
 * @example
 * ```ts
 * import { backendInfo, selectBackend } from '@diffgan/runtime';
 * await selectBackend('cpu');
 * backendInfo().name; // 'cpu'
 * ```
 */
export function backendInfo(): BackendInfo {
  if (selected === undefined)
    throw new Error('backendInfo: no backend is selected yet. Call `await selectBackend()` first.');
  if (tf.getBackend() !== selected.name)
    throw new Error(
      `backendInfo: TensorFlow.js was switched to "${tf.getBackend()}" after "${selected.name}" was selected. ` +
        'Switch with `await selectBackend(name)`.',
    );
  return selected;
}
