/** A broadcast of two operands over at most four dimensions, outermost first. */
export interface BroadcastPlan {
  sizes: number[];
  stepsA: number[];
  stepsB: number[];
}

interface Dimension {
  size: number;
  inA: boolean;
  inB: boolean;
}

/** Joins neighbouring dimensions that broadcast alike; undefined when more than four remain. */
export function broadcastPlan(shapeA: number[], shapeB: number[], shape: number[]): BroadcastPlan | undefined {
  const padded = (own: number[]) => [...new Array<number>(shape.length - own.length).fill(1), ...own];
  const [a, b] = [padded(shapeA), padded(shapeB)];
  const joined: Dimension[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const [inA, inB] = [a[axis] > 1, b[axis] > 1];
    const before = joined.at(-1);
    if (before && before.inA === inA && before.inB === inB) before.size *= size;
    else joined.push({ size, inA, inB });
  });
  if (joined.length > 4) return undefined;
  while (joined.length < 4) joined.unshift({ size: 1, inA: false, inB: false });
  return {
    sizes: joined.map(({ size }) => size),
    stepsA: steps(joined.map(({ size, inA }) => (inA ? size : 0))),
    stepsB: steps(joined.map(({ size, inB }) => (inB ? size : 0))),
  };
}

/** Distance between neighbours along each dimension; 0 along those that are repeated. */
function steps(sizes: number[]): number[] {
  let step = 1;
  return sizes
    .toReversed()
    .map((size) => {
      const own = size === 0 ? 0 : step;
      if (size > 0) step *= size;
      return own;
    })
    .toReversed();
}
