import type { NodeRequest, Output } from './graph-engine.ts';
import { attribute, typeNumbers } from './messages.ts';
import type { Values } from './native-backend.ts';

/** Adds a node with one output. */
type AddNode = (node: Omit<NodeRequest, 'name'>) => Output;

interface Known {
  values: Values;
  output: Output;
}

/** Up to here a constant is stored as it is: sizes and axes must be visible to the inference of shapes. */
const smallLength = 16;

/**
 * Constants of a graph. Equal ones are shared and uniform ones become fills: zeros, ones and copies of one scalar are the bulk of a
 * backward pass, 300 MB of them in a training step.
 */
export class Constants {
  readonly #known = new Map<string, Known[]>();
  readonly #addNode: AddNode;

  constructor(addNode: AddNode) {
    this.#addNode = addNode;
  }

  /** `values` must not change later. */
  get(dtype: number, shape: readonly number[], values: Values): Output {
    const key = `${dtype}|${shape.join()}|${fingerprint(values)}`;
    const candidates = this.#known.get(key) ?? [];
    const found = candidates.find((candidate) => sameBytes(candidate.values, values));
    if (found) return found.output;
    const fill = dtype === typeNumbers.float32 && values.length > smallLength && isUniform(values);
    const output = fill ? this.#fill(shape, values) : this.#stored(dtype, shape, values);
    this.#known.set(key, [...candidates, { values, output }]);
    return output;
  }

  #stored(dtype: number, shape: readonly number[], values: Values): Output {
    const attributes = { dtype: attribute.type(dtype), value: attribute.tensor(dtype, shape, values) };
    return this.#addNode({ op: 'Const', inputs: [], attributes, known: { dtype, shape }, values });
  }

  #fill(shape: readonly number[], values: Values): Output {
    const { float32, int32 } = typeNumbers;
    const sizes = this.get(int32, [shape.length], Int32Array.from(shape));
    const value = this.get(float32, [], values.slice(0, 1));
    const attributes = { T: attribute.type(float32), index_type: attribute.type(int32) };
    return this.#addNode({
      op: 'Fill',
      inputs: [sizes.name, value.name],
      attributes,
      known: { dtype: float32, shape },
    });
  }
}

const asBytes = ({ buffer, byteOffset, byteLength }: Values) => new Uint8Array(buffer, byteOffset, byteLength);

/** FNV-1a over at most some thousand bytes: enough to tell most apart. */
function fingerprint(values: Values): number {
  const bytes = asBytes(values);
  const stride = Math.max(1, Math.floor(bytes.length / 4096));
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += stride) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash >>> 0;
}

function sameBytes(a: Values, b: Values): boolean {
  const [x, y] = [asBytes(a), asBytes(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

/** Object.is tells −0 from 0, whose reciprocals differ. */
const isUniform = (values: Values) => (values as Float32Array).every((value) => Object.is(value, values[0]));
