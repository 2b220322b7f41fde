import { describe, expect, it } from 'vitest';
import { Bfloat16Graph } from '../src/graph/bfloat16-graph.ts';
import type { EngineGraph, NodeRequest } from '../src/graph/graph-engine.ts';
import { attribute } from '../src/graph/messages.ts';

const [float32, bool, bfloat16] = [1, 10, 14];
const image = [2, 4, 4, 8];

/** A graph that keeps what it was asked for; types follow from the attribute T, as in TensorFlow. */
function recording() {
  const nodes: NodeRequest[] = [];
  const shapes: Record<string, number[]> = { MatMul: [2, 8], Sum: [2], Mean: [], BiasAddGrad: [8] };
  const dtypeOf = ({ op, attributes }: NodeRequest) => {
    if (op === 'Greater') return bool;
    return attributes.T?.at(-1) ?? attributes.DstT?.at(-1) ?? float32;
  };
  const graph = {
    add: (node: NodeRequest) => {
      nodes.push(node);
      const dtype = dtypeOf(node);
      const first = { name: `${node.name}:0`, dtype, shape: node.known?.shape ?? shapes[node.op] ?? image };
      if (!node.op.startsWith('Diffgan')) return [first];
      return [first, ...[1, 2].map((i) => ({ name: `${node.name}:${i}`, dtype: float32, shape: [2, 8] }))];
    },
  } as unknown as EngineGraph;
  const half = new Bfloat16Graph(graph);
  const add = (op: string, inputs: NodeRequest['inputs'], shape?: number[]): string => {
    const attributes = { T: attribute.type(float32) };
    const known = shape && { dtype: float32, shape };
    const [output] = half.add({ op, name: `${op}_${nodes.length}`, inputs, attributes, ...(known && { known }) });
    expect(output.dtype).toBe(op === 'Greater' ? bool : float32);
    return output.name;
  };
  /** What each operation computed in, and the casts between. */
  const types = () => nodes.map((node) => (dtypeOf(node) === bfloat16 ? `${node.op} half` : node.op));
  return { nodes, add, types, x: add('Placeholder', [], image), w: add('Placeholder', [], [3, 3, 8, 8]) };
}

const start = ['Placeholder', 'Placeholder', 'Cast half', 'Cast half', 'Conv2D half'];

describe('a graph of bfloat16', () => {
  it('casts what goes into products, once', () => {
    const { add, types, nodes, x, w } = recording();
    add('Conv2D', [add('Conv2D', [x, w]), w]);
    add('Conv2D', [x, w]);
    expect(types()).toEqual([...start, 'Conv2D half', 'Conv2D half']);
    expect(nodes[4].inputs).toEqual(nodes[6].inputs);
  });

  it('goes on where all that is large is bfloat16', () => {
    const { add, types, x, w } = recording();
    const y = add('Conv2D', [x, w]);
    const bias = add('Placeholder', [], [8]);
    const embedding = add('Placeholder', [], [2, 1, 1, 8]);
    const scalar = add('Const', [], [1]);
    const before = types().length;
    const h = add('AddV2', [add('BiasAdd', [y, bias]), embedding]);
    const chosen = add('Select', [add('Greater', [h, scalar]), h, add('Mul', [h, scalar])]);
    add('ConcatV2', [[chosen, y]]);
    expect(
      types()
        .slice(before)
        .filter((type) => type !== 'Const'),
    ).toEqual([
      ...['Cast half', 'BiasAdd half', 'Cast half', 'AddV2 half'],
      ...['Cast half', 'Greater', 'Mul half', 'Select half', 'ConcatV2 half'],
    ]);
  });

  it('leaves losses, statistics and sums with float32 in float32', () => {
    const { add, types, nodes, x, w } = recording();
    const y = add('Conv2D', [x, w]);
    add('Mean', [add('Square', [add('Sub', [y, x])])]);
    add('Mul', [y, add('Placeholder', [], [2, 1, 1, 1])]); // coefficients of a schedule
    add('Sum', [y]);
    add('Exp', [y]);
    add('Identity', [y]);
    expect(types().slice(start.length)).toEqual([
      ...['Cast', 'Sub', 'Square', 'Mean', 'Placeholder', 'Mul', 'Sum', 'Exp', 'Identity'],
    ]);
    for (const { op, inputs } of nodes.slice(-3)) expect([op, inputs]).toEqual([op, [`${nodes[5].name}:0`]]);
  });

  it('normalises in bfloat16 with scale, shift and statistics in float32', () => {
    const { add, types, nodes, x, w } = recording();
    const [scale, shift] = [add('Placeholder', [], [8]), add('Placeholder', [], [8])];
    const y = add('Conv2D', [x, w]);
    const z = add('DiffganGroupNorm', [y, scale, shift]);
    const statistics = [1, 2].map((i) => z.replace(':0', `:${i}`));
    add('DiffganGroupNormGrad', [x, y, scale, shift, ...statistics]);
    add('DiffganGroupNorm', [x, scale, shift]);
    expect(types().slice(-3)).toEqual(['DiffganGroupNorm half', 'DiffganGroupNormGrad half', 'DiffganGroupNorm']);
    expect(nodes.at(-3)?.inputs).toEqual([y, scale, shift]);
    expect(nodes.at(-2)?.inputs).toEqual([expect.stringContaining('bfloat16'), y, scale, shift, ...statistics]);
  });

  it.each([
    [64, 'MatMul'],
    [16384, 'MatMul half'],
  ])('multiplies %i × 32 by 32 × 32 in %s', (rows, expected) => {
    const { add, types } = recording();
    add('MatMul', [add('Placeholder', [], [rows, 32]), add('Placeholder', [], [32, 32])], [rows, 32]);
    expect(types().at(-1)).toBe(expected);
  });
});
