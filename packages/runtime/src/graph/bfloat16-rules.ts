import { typeNumbers } from './messages.ts';

/** An output that goes into a node. */
export interface Operand {
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Whether what computed it gave bfloat16. */
  readonly half: boolean;
  /** Whether it is a constant. */
  readonly constant: boolean;
}

/** Which inputs of a node are to be bfloat16, and which of its outputs are then; undefined where it computes in float32. */
export type Halves = { inputs: (index: number) => boolean; outputs: (index: number) => boolean } | undefined;

type Rule = (inputs: readonly Operand[], output?: readonly number[]) => Halves;

const all = () => true;
const everything: Halves = { inputs: all, outputs: all };

const floats = (inputs: readonly Operand[]) => inputs.filter(({ dtype }) => dtype === typeNumbers.float32);

/** What the processor has instructions for. */
const product: Rule = () => everything;

/**
 * Products of two matrices are those of dense layers: of time embeddings, latents, a learned schedule, logits. Up to this many
 * multiplications they take no time to speak of, and stay as exact as they are.
 */
const leastMultiplications = 2 ** 24;

const denseProduct: Rule = ([a, b], output = []) => {
  // Three matrices of m·k, k·n and m·n numbers.
  return Math.sqrt(volume([...a.shape, ...b.shape, ...output])) >= leastMultiplications ? everything : undefined;
};

const volume = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** One number for each channel of x, or for each channel of each example. */
const isPerChannel = ({ shape }: Operand, x: Operand) => {
  const channels = x.shape.at(-1);
  const fits = shape.at(-1) === channels && shape.slice(1, -1).every((length) => length === 1);
  return fits && channels !== 1 && volume(shape) < volume(x.shape);
};

/** What reads and writes much and computes little, where all that is large is bfloat16 already. */
const follower: Rule = (inputs) => {
  const given = floats(inputs);
  const fits = given.every(({ half, constant, shape }) => half || (constant && shape.every((length) => length === 1)));
  return fits && given.some(({ half }) => half) ? everything : undefined;
};

/** Sums, which also take what is added to each channel. */
const addition: Rule = (inputs) => {
  const whole = inputs.find(({ half }) => half);
  const fits = inputs.every((input) => input.half || (whole !== undefined && isPerChannel(input, whole)));
  return fits && whole ? everything : follower(inputs);
};

/** GroupNorm of an x of bfloat16: statistics, scale and shift are float32. */
const groupNorm: Rule = ([x]) =>
  x.half ? { inputs: (index) => index === 0, outputs: (index) => index === 0 } : undefined;

const groupNormGrad: Rule = ([, x]) =>
  x.half ? { inputs: (index) => index < 2, outputs: (index) => index === 0 } : undefined;

/**
 * Operations that may compute in bfloat16. All others compute in float32, above all sums, means, powers, exponentials and logarithms, which
 * losses, statistics and penalties are made of, and Adam.
 */
const rules: Readonly<Record<string, Rule>> = {
  ...of(product, 'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'BatchMatMulV2'),
  ...of(product, 'DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'),
  MatMul: denseProduct,
  ...of(addition, 'Add', 'AddV2', 'BiasAdd'),
  DiffganGroupNorm: groupNorm,
  DiffganGroupNormGrad: groupNormGrad,
  // These round once.
  ...of(follower, 'AddN', 'AvgPool', 'BiasAddGrad', 'LeakyRelu', 'LeakyReluGrad', 'Mul', 'Sub'),
  // These move numbers or choose among them.
  ...of(follower, 'ConcatV2', 'ExpandDims', 'Greater', 'Pad', 'PadV2', 'Relu', 'ReluGrad', 'Reshape'),
  ...of(follower, 'ResizeNearestNeighbor', 'Select', 'SelectV2', 'Slice', 'SplitV', 'StridedSlice', 'Transpose'),
};

function of(rule: Rule, ...operations: string[]): Record<string, Rule> {
  return Object.fromEntries(operations.map((operation) => [operation, rule]));
}

/** How an operation with these inputs, and an output of this shape, computes in a graph of bfloat16. */
export const halvesOf = (op: string, inputs: readonly Operand[], output?: readonly number[]): Halves =>
  Object.hasOwn(rules, op) ? rules[op](inputs, output) : undefined;
