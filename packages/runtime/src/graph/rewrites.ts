import type { NodeRequest, Output } from './graph-engine.ts';
import { attribute, type Message, typeNumbers } from './messages.ts';
import type { OpAttribute, Values } from './native-backend.ts';

/** A call of the backend with the outputs that its inputs stand for. */
export interface Operation {
  op: string;
  attributes: readonly OpAttribute[];
  inputs: readonly Output[];
}

/** What rewriting needs of the recording. */
export interface RewriteTarget {
  add(node: Omit<NodeRequest, 'name'>): Output;
  constant(dtype: number, shape: readonly number[], values: Values): Output;
}

const { float32, int32 } = typeNumbers;

/**
 * Records some operations as others that compute the same: TensorFlow joins BiasAdd and its gradient with the convolution or product beside
 * them, but not the additions and sums that tfjs uses, whose meaning it cannot see; and tfjs has products of matrices computed by the
 * operation for batches of them, which costs more.
 */
export class Rewrites {
  /** What a reshaped output was made from. */
  readonly #origins = new Map<string, Output>();
  /** What the results of BiasAdd are the sums of. */
  readonly #biasAdds = new Map<string, readonly [Output, Output]>();
  readonly #numbers = new Map<string, readonly number[]>();
  readonly #recorder: RewriteTarget;

  constructor(recorder: RewriteTarget) {
    this.#recorder = recorder;
  }

  /** Remembers the values of a small constant, which may be sizes or axes. */
  noteConstant(output: Output, values: ArrayLike<number>): void {
    if (output.dtype === int32 && values.length <= 16) this.#numbers.set(output.name, Array.from(values));
  }

  /** The output of the replacement, or undefined where the operation is to be recorded as it is. */
  apply(operation: Operation): Output | undefined {
    const { op, inputs } = operation;
    if (op === 'Reshape') return this.#reshaped(inputs);
    if (inputs.some(({ dtype }, i) => dtype !== float32 && !(op === 'Sum' && i === 1))) return undefined;
    if (op === 'Add' || op === 'AddV2') return this.#addition(inputs);
    if (op === 'Sum') return this.#sum(operation);
    if (op === 'LeakyRelu') return this.#leakyRelu(operation);
    return op === 'BatchMatMulV2' ? this.#product(operation) : undefined;
  }

  #reshaped([x, sizes]: readonly Output[]): Output | undefined {
    const shape = this.#numbers.get(sizes.name);
    return shape && shape.every((size) => size >= 0) ? this.#reshape(x, shape) : undefined;
  }

  /** One node for a chain of reshapes, and none for one that leads back. */
  #reshape(x: Output, shape: readonly number[]): Output {
    const origin = this.#origins.get(x.name) ?? x;
    if (sameShape(origin.shape, shape)) return origin;
    if (sameShape(x.shape, shape)) return x;
    const sizes = this.#recorder.constant(int32, [shape.length], Int32Array.from(shape));
    const attributes = { T: attribute.type(origin.dtype), Tshape: attribute.type(int32) };
    const known = { dtype: origin.dtype, shape };
    const output = this.#recorder.add({ op: 'Reshape', inputs: [origin.name, sizes.name], attributes, known });
    this.#origins.set(output.name, origin);
    return output;
  }

  #addition([a, b]: readonly Output[]): Output | undefined {
    if (isBias(b, a)) return this.#biasAdd(a, b);
    return isBias(a, b) ? this.#biasAdd(b, a) : undefined;
  }

  #biasAdd(x: Output, bias: Output): Output {
    const vector = this.#reshape(bias, x.shape.slice(-1));
    const output = this.#node('BiasAdd', [x, vector], channelsLast, { dtype: float32, shape: x.shape });
    this.#biasAdds.set(output.name, [x, vector]);
    return output;
  }

  /**
   * TensorFlow joins convolution, BiasAdd and LeakyRelu even where the sum has other uses, notices, and gives up all joining in the
   * graph. A sum of LeakyRelu's own, which it does not take for a bias, costs one pass and keeps it from that.
   */
  #leakyRelu({ attributes, inputs: [x] }: Operation): Output | undefined {
    const terms = this.#biasAdds.get(x.name);
    const alpha = attributes.find(({ name }) => name === 'alpha')?.value;
    if (terms === undefined || typeof alpha !== 'number') return undefined;
    const known = { dtype: float32, shape: x.shape };
    return this.#node('LeakyRelu', [this.#node('AddV2', terms, {}, known)], { alpha: attribute.float(alpha) }, known);
  }

  /** A sum over all axes but the last one. */
  #sum({ attributes, inputs: [x, axes] }: Operation): Output | undefined {
    const rank = x.shape.length;
    const given = [...(this.#numbers.get(axes.name) ?? [])].sort((a, b) => a - b);
    const keeps = attributes.some(({ name, value }) => name === 'keep_dims' && value === true);
    const all = given.length === rank - 1 && given.every((axis, i) => axis === i);
    if (keeps || !all || rank < 2 || rank > 5 || x.shape.includes(0)) return undefined;
    return this.#node('BiasAddGrad', [x], channelsLast, { dtype: float32, shape: x.shape.slice(-1) });
  }

  /** A product of two matrices. */
  #product({ attributes, inputs: [a, b] }: Operation): Output | undefined {
    if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
    const flag = (key: string) => attributes.some(({ name, value }) => name === key && value === true);
    const shape = [a.shape[flag('adj_x') ? 1 : 0], b.shape[flag('adj_y') ? 0 : 1]];
    const encoded = { transpose_a: attribute.bool(flag('adj_x')), transpose_b: attribute.bool(flag('adj_y')) };
    return this.#node('MatMul', [a, b], encoded, { dtype: float32, shape });
  }

  #node(
    op: string,
    inputs: readonly Output[],
    attributes: Record<string, Message>,
    known: NonNullable<NodeRequest['known']>,
  ): Output {
    const names = inputs.map(({ name }) => name);
    return this.#recorder.add({ op, inputs: names, attributes: { T: attribute.type(float32), ...attributes }, known });
  }
}

const channelsLast = { data_format: attribute.string('NHWC') };

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** Whether adding `bias` adds one number to each channel of `x`. */
function isBias(bias: Output, x: Output): boolean {
  const [rank, own] = [x.shape.length, bias.shape.length];
  if (rank < 2 || rank > 5 || own < 1 || own > rank || x.shape.includes(0)) return false;
  const channels = x.shape[rank - 1];
  return bias.shape[own - 1] === channels && bias.shape.slice(0, -1).every((size) => size === 1);
}
