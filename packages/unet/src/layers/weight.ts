import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { known } from './shapes.ts';

/** The sizes of a weight, all of which are known. */
export const weightShape = ({ shape }: LayerVariable): number[] => shape.map(known);

/** A weight of a layer by its rank; it is there once the layer is built. */
export class Weight<R extends Rank> {
  #variable?: LayerVariable;

  set variable(variable: LayerVariable) {
    this.#variable = variable;
  }

  get variable(): LayerVariable {
    if (this.#variable === undefined) throw new Error('Weight: the layer is not built yet; apply it first');
    return this.#variable;
  }

  get shape(): number[] {
    return weightShape(this.variable);
  }

  read(): Tensor<R> {
    return this.variable.read() as Tensor<R>;
  }
}
