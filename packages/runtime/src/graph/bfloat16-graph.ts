import { halvesOf, type Operand } from './bfloat16-rules.ts';
import type { EngineGraph, Feed, HeldTensor, NodeRequest } from './graph-engine.ts';
import { attribute, bfloat16, typeNumbers } from './messages.ts';

/** An output of the graph, and its name as the other type once it was cast. */
interface Known extends Operand {
  cast?: string;
}

const { float32 } = typeNumbers;
const type = attribute.type(bfloat16);

/**
 * A graph whose products compute in bfloat16, with what lies between them: adds the nodes that it is asked for to another graph, and casts
 * between them. Who adds nodes sees float32 throughout. What is fed and fetched is float32.
 */
export class Bfloat16Graph implements EngineGraph {
  readonly #outputs = new Map<string, Known>();

  constructor(readonly graph: EngineGraph) {}

  add(node: NodeRequest) {
    const { op, inputs, attributes, known } = node;
    const operands = inputs.flat().map((name) => this.#known(name));
    const halves = halvesOf(op, operands, known?.shape);
    let index = 0;
    const take = (name: string) => this.#as(halves?.inputs(index++) ? bfloat16 : float32, name);
    const results = this.graph.add({
      ...node,
      inputs: inputs.map((input) => (typeof input === 'string' ? take(input) : input.map(take))),
      attributes: halves ? { ...attributes, T: type } : attributes,
    });
    return results.map((result, i) => {
      const half = result.dtype === bfloat16 && halves?.outputs(i) === true;
      const dtype = half ? float32 : result.dtype;
      this.#outputs.set(result.name, { dtype, half, shape: result.shape ?? [], constant: op === 'Const' });
      return { ...result, dtype };
    });
  }

  run(feeds: readonly Feed[], fetches: readonly string[]): HeldTensor[] {
    return this.graph.run(feeds, fetches);
  }

  runAsync(feeds: readonly Feed[], fetches: readonly string[]): Promise<HeldTensor[]> {
    return this.graph.runAsync(feeds, fetches);
  }

  dispose(): void {
    this.graph.dispose();
  }

  #known(name: string): Known {
    const known = this.#outputs.get(name);
    if (!known) throw new Error(`the graph has no output "${name}"`);
    return known;
  }

  /** The output of that name, as the type where it is one of the two. */
  #as(wanted: number, name: string): string {
    const known = this.#known(name);
    if (known.dtype !== float32 || known.half === (wanted === bfloat16)) return name;
    known.cast ??= this.graph.add({
      op: 'Cast',
      name: `${name.replace(':', '_')}_as_${wanted === bfloat16 ? 'bfloat16' : 'float32'}`,
      inputs: [name],
      attributes: { SrcT: attribute.type(known.half ? bfloat16 : float32), DstT: attribute.type(wanted) },
    })[0].name;
    return known.cast;
  }
}
