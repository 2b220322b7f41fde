import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';

// tfjs says `Shape | Shape[]` and `Tensor | Tensor[]` wherever a layer may have several inputs. These tell one from the other.

/** A shape whose sizes may be unknown, as that of the batch is. */
export type Sizes = (number | null)[];

/** The shapes of the inputs of a layer. */
export const shapesOf = (shape: Shape | Shape[]): Sizes[] => (isList(shape) ? shape : [shape]);

const isList = (shape: Shape | Shape[]): shape is Shape[] => Array.isArray(shape[0]);

/** The shape of the one input of a layer that takes one, or of the first. */
export const singleShape = (shape: Shape | Shape[]): Sizes => shapesOf(shape)[0];

/** A size that is known when a layer is made. */
export function known(size: number | null | undefined): number {
  if (typeof size === 'number') return size;
  throw new RangeError(`a layer needs to know all sizes but that of the batch; one is ${size}`);
}

/** The last size: channels, or the width of a vector. */
export const lastSize = (shape: Sizes): number => known(shape.at(-1));

/** The inputs of a layer, of the ranks that it is for. */
export const inputsOf = <T extends Tensor[]>(inputs: Tensor | Tensor[]): T =>
  (Array.isArray(inputs) ? inputs : [inputs]) as T;

/** The one input of a layer that takes one. */
export const single = <T extends Tensor>(inputs: Tensor | Tensor[]): T => inputsOf<[T]>(inputs)[0];
