/** Operations whose leading inputs are one list argument, with the number of single inputs after it. */
export const listOperations: Readonly<Record<string, number>> = {
  AddN: 0,
  ConcatV2: 1,
  Einsum: 0,
  IdentityN: 0,
  Pack: 0,
};

/**
 * Type attributes by the input whose type they are, for operations where tfjs-node leaves them to the eager runtime or takes them from
 * something else.
 */
export const inputTypes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  All: { Tidx: 1 },
  Any: { Tidx: 1 },
  ExpandDims: { T: 0, Tdim: 1 },
  Max: { T: 0, Tidx: 1 },
  Mean: { T: 0, Tidx: 1 },
  Min: { T: 0, Tidx: 1 },
  Prod: { T: 0, Tidx: 1 },
  Sum: { T: 0, Tidx: 1 },
};

/** Operations that yield something else each time they run. */
export const isRandomOperation = (op: string): boolean => /Random|Multinomial|TruncatedNormal/.test(op);

/** Operations whose results have shapes that depend on values. */
export const hasUnknownShape = (op: string): boolean =>
  /^(Where|Unique|UniqueV2|NonMaxSuppression.*|ListDiff|DynamicPartition|SparseFillEmptyRows|SparseReshape|StringSplit)$/.test(
    op,
  );
